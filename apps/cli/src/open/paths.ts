import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { SlimbedError } from '@slimbed/core'
import { fileSource } from '@slimbed/io/node'

const statsOf = (path: string) => stat(path).catch(() => undefined)

/**
 * Refuses an output path that could not be written, or that is one of the inputs, before any work is done; `flag`
 * is what it was given by. Rejects with `not-found`, `bad-input` or `io`.
 */
export async function checkOutput(path: string, inputs: readonly (string | undefined)[], flag = '-o'): Promise<void> {
  const folder = dirname(path)
  const place = await statsOf(folder)
  if (!place?.isDirectory()) {
    const what = place ? 'is not a folder' : 'does not exist'
    throw new SlimbedError(
      'not-found',
      `${flag} ${path}: the folder ${folder} ${what}; make it first, or choose another`
    )
  }
  await access(folder, constants.W_OK).catch((error) => {
    throw new SlimbedError('io', `${flag} ${path}: the folder ${folder} cannot be written to`, { cause: error })
  })
  const earlier = await statsOf(path)
  if (earlier && !earlier.isFile()) {
    const what = earlier.isDirectory() ? 'a folder' : 'not a regular file'
    throw new SlimbedError('bad-input', `${flag} ${path}: expected the name of a file to write; this is ${what}`)
  }
  for (const input of inputs) {
    const stats = earlier && input !== undefined ? await statsOf(input) : undefined
    if (earlier && stats?.ino === earlier.ino && stats.dev === earlier.dev) {
      throw new SlimbedError('bad-input', `${flag} ${path}: this is the file that is read; choose another name`)
    }
  }
}

/** Refuses inputs that cannot be opened, before any work is done. Rejects as `fileSource` does. */
export async function checkInputs(paths: readonly (string | undefined)[]): Promise<void> {
  for (const path of paths) if (path !== undefined) await (await fileSource(path)).close()
}
