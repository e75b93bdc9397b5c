import type { FileHandle } from 'node:fs/promises'
import type { Sink } from '@slimbed/core'
import { fileError } from './errors.js'

/**
 * The number of written bytes after which they are flushed to the disk, in parallel with other work, so that the flush at the end
 * is short.
 */
const stretch = 32 * 2 ** 20

/**
 * A file as a sink; `settle` resolves when all bytes but the last ones have been flushed to the disk, and rejects if that failed.
 */
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
      // The system reports such an error only once.
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
