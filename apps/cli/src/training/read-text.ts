import { SlimbedError } from '@slimbed/core'
import { fileSource } from '@slimbed/io/node'

/** How the bytes of a text file stand for characters. */
export const encodings = ['utf8', 'latin1'] as const

/** One of `encodings`. */
export type Encoding = (typeof encodings)[number]

/** The most bytes of a file of texts: what one string holds. */
const most = 2 ** 28

/** The line of the first byte that is not UTF-8. */
function oddLine(bytes: Uint8Array): number {
  let line = 1
  for (let start = 0; start < bytes.length; line++) {
    const end = bytes.indexOf(10, start)
    const stop = end < 0 ? bytes.length : end + 1
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(start, stop))
    } catch {
      return line
    }
    start = stop
  }
  return line
}

/**
 * A text file as a string, without a byte order mark. Rejects with `bad-input` for bytes that are not UTF-8 and files above 256 MiB,
 * and as `fileSource` does.
 */
export async function readText(path: string, encoding: Encoding): Promise<string> {
  const source = await fileSource(path)
  try {
    if (source.size > most) throw new SlimbedError('bad-input', `${path}: expected at most 256 MiB of text; split it`)
    const bytes = await source.read(0, source.size)
    if (encoding === 'latin1') return Buffer.from(bytes).toString('latin1')
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    } catch (error) {
      const where = `${path}, line ${oddLine(bytes)}`
      throw new SlimbedError('bad-input', `${where}: not UTF-8; if it is Latin-1, say --encoding latin1`, {
        cause: error
      })
    }
  } finally {
    await source.close()
  }
}
