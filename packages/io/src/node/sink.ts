import type { FileHandle } from 'node:fs/promises'
import type { Sink } from '@slimbed/core'
import { fileError } from './errors.js'

/** Bytes after which the disk is given what was written: the wait at the end, for all of it, then falls among other work. */
const stretch = 32 * 2 ** 20

/** A file as a sink; `settle` resolves when no more than the last bytes are on their way to the disk, and rejects if that failed. */
export function sinkOf(
  handle: Pick<FileHandle, 'write' | 'datasync'>,
  path: string
): { sink: Sink; settle(): Promise<void> } {
  let unsent = 0
  let sending: Promise<void> | undefined
  let failure: { readonly error: unknown } | undefined
  const send = async () => {
    unsent = 0
    try {
      await handle.datasync()
    } catch (error) {
      // The system tells of it once.
      failure ??= { error: fileError(path, error) }
    }
    sending = undefined
  }
  const check = () => {
    if (failure) throw failure.error
  }
  const sink: Sink = {
    async write(bytes, at) {
      try {
        for (let done = 0; done < bytes.length; ) {
          check()
          done += (await handle.write(bytes, done, bytes.length - done, at + done)).bytesWritten
        }
      } catch (error) {
        throw fileError(path, error)
      }
      unsent += bytes.length
      if (unsent >= stretch) sending ??= send()
    }
  }
  const settle = async () => {
    await sending
    check()
  }
  return { sink, settle }
}
