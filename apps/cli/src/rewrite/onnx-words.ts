import { dirname, join } from 'node:path'
import { tokensOf } from '@slimbed/io'
import { fileSource } from '@slimbed/io/node'
import { isSlimbedError, SlimbedError, type Vocabulary } from '@slimbed/runtime'

/** The bytes of a file; undefined where there is none. */
async function bytesOf(path: string): Promise<Uint8Array | undefined> {
  try {
    const source = await fileSource(path)
    try {
      return await source.read(0, source.size)
    } finally {
      await source.close()
    }
  } catch (error) {
    if (isSlimbedError(error, 'not-found')) return undefined
    throw error
  }
}

/**
 * The tokens of a model's tokenizer, `rows` of them, from the `tokenizer.json` beside the file or in the folder above; undefined where there is none, or
 * where it has more tokens than the table has rows. Rejects with `corrupt-file` for one that cannot be read.
 */
export async function tokensBeside(path: string, rows: number): Promise<Vocabulary | undefined> {
  const folders = [dirname(path), dirname(dirname(path))]
  for (const folder of folders) {
    const file = join(folder, 'tokenizer.json')
    const bytes = await bytesOf(file)
    if (!bytes) continue
    try {
      return tokensOf(file, JSON.parse(new TextDecoder().decode(bytes)), rows)
    } catch (error) {
      if (isSlimbedError(error, 'bad-input')) return undefined
      if (isSlimbedError(error)) throw error
      throw new SlimbedError('corrupt-file', `${file}: expected JSON`, { cause: error })
    }
  }
  return undefined
}
