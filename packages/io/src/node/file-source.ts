import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { SlimbedError } from '@slimbed/runtime'
import { fileError } from './errors.js'
import { folderError } from './folder.js'
import { type FileSource, handleSource } from './handle-source.js'
import { isRemote } from './net/address.js'
import { openStdin } from './stdin.js'

/** Without this flag, opening a pipe that nobody writes to would wait for ever and could not be interrupted. */
const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

/**
 * Opens a file as a source; close it when done. `-` is stdin, whose bytes are held in a temporary file; `https://…` and `s3://…` are read by ranges.
 *
 * Rejects with `not-found`, `bad-input` for a folder, a pipe or a device, or `io`.
 */
export async function fileSource(path: string): Promise<FileSource> {
  if (path === '-') return openStdin()
  if (isRemote(path)) return (await import('./net/remote-source.js')).remoteSource(path)
  const handle = await open(path, flags).catch((error) => {
    throw fileError(path, error)
  })
  try {
    const stats = await handle.stat()
    if (stats.isFile()) return handleSource(path, stats.size, handle)
    if (stats.isDirectory()) throw await folderError(path)
    const what = 'not a regular file; save what it gives in a file first'
    throw new SlimbedError('bad-input', `${path}: expected a file; it is ${what}`)
  } catch (error) {
    await handle.close()
    throw fileError(path, error)
  }
}
