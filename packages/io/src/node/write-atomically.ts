import { type FileHandle, open, realpath, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { ReadableSink } from '@slimbed/core/artefact'
import { SlimbedError } from '@slimbed/runtime'
import { fileError } from './errors.js'
import { isRemote } from './net/address.js'
import { isS3 } from './s3/address.js'
import { sinkOf } from './sink.js'
import { writeStdout } from './stdout.js'
import { removeAtExit, sweepTemporaries, temporaryName } from './temporary.js'

/** Options of writing where a file is sent once it is complete. */
export interface WriteOptions {
  /** Interrupts the sending. */
  readonly signal?: AbortSignal | undefined
  /** Called with the bytes that have been sent, of all. */
  readonly progress?: ((done: number, total: number) => void) | undefined
}

/** Where to put the file: the target of a link, and the mode of the file that is replaced. */
export async function placeOf(path: string): Promise<{ target: string; mode: number | undefined }> {
  const folder = dirname(path)
  const found = await stat(folder).catch(() => undefined)
  if (!found?.isDirectory()) {
    const what = found ? 'is not a folder' : 'does not exist'
    throw new SlimbedError('not-found', `${path}: the folder ${folder} ${what}; make it first`)
  }
  const target = await realpath(path).catch(() => path)
  const earlier = await stat(target).catch(() => undefined)
  if (earlier && !earlier.isFile()) {
    throw new SlimbedError('bad-input', `${path}: expected a file to write; it is a folder or a device`)
  }
  return { target, mode: earlier && earlier.mode & 0o777 }
}

/** Makes a rename last through a crash, where the system can. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined)
  await handle?.sync().catch(() => {})
  await handle?.close()
}

/**
 * Writes a file completely or not at all: `produce` fills a temporary file in the same folder, which is renamed to `path` once it
 * is on the disk. If anything fails, `path` is unchanged and the temporary file is removed. Temporary files of killed processes in
 * that folder are removed too. What has been written can be read from the sink: where it is wrong, `produce` rejects. `-` is stdout, which gets the
 * complete file at the end; so does an object of a store, `s3://bucket/key`.
 *
 * Resolves to what `produce` does. Rejects as it does, with `not-found` for a folder that is not there, `bad-input` for
 * a path that is not a file, and `io`.
 */
export async function writeAtomically<Result>(
  path: string,
  produce: (sink: ReadableSink) => Promise<Result>,
  options: WriteOptions = {}
): Promise<Result> {
  if (path === '-') return writeStdout(produce)
  if (isS3(path)) return (await import('./s3/write-object.js')).writeObject(path, produce, options)
  if (isRemote(path)) throw new SlimbedError('bad-option', `${path}: expected a file or s3://bucket/key to write`)
  const { target, mode } = await placeOf(path)
  await sweepTemporaries(dirname(target))
  const temporary = join(dirname(target), temporaryName(basename(target)))
  const forget = removeAtExit(temporary)
  let handle: FileHandle | undefined
  try {
    handle = await open(temporary, 'wx+')
    if (mode !== undefined) await handle.chmod(mode)
    const { sink, settle } = sinkOf(handle, path)
    // Pending writes must end before the file is closed, also after an error.
    const result = await produce(sink).catch(async (error) => {
      await settle().catch(() => {})
      throw error
    })
    await settle()
    await handle.sync()
    await handle.close()
    handle = undefined
    await rename(temporary, target)
    await syncFolder(dirname(target))
    return result
  } catch (error) {
    await handle?.close().catch(() => {})
    await rm(temporary, { force: true })
    throw error instanceof Error && 'syscall' in error ? fileError(path, error) : error
  } finally {
    forget()
  }
}
