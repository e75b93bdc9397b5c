import type { FileHandle } from 'node:fs/promises'
import type { ReadableSink } from '@slimbed/core/artefact'
import { SlimbedError } from '@slimbed/runtime'
import { fileError } from './errors.js'
import { mostAtOnce } from './most-at-once.js'

/**
 * The number of written bytes after which they are flushed to the disk, in parallel with other work, so that the flush at the end
 * is short.
 */
const stretch = 32 * 2 ** 20

/**
 * A file as a sink; `settle` resolves when all bytes but the last ones have been flushed to the disk, and rejects if that failed.
 */
export function sinkOf(
  handle: Pick<FileHandle, 'read' | 'write' | 'datasync'>,
  path: string
): { sink: ReadableSink; settle(): Promise<void> } {
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
  const sink: ReadableSink = {
    async write(bytes, at) {
      try {
        for (let done = 0; done < bytes.length; ) {
          check()
          const piece = Math.min(mostAtOnce, bytes.length - done)
          done += (await handle.write(bytes, done, piece, at + done)).bytesWritten
        }
      } catch (error) {
        throw fileError(path, error)
      }
      unsent += bytes.length
      if (unsent >= stretch) sending ??= send()
    },
    async read(offset, length) {
      const bytes = new Uint8Array(length)
      try {
        for (let done = 0; done < length; ) {
          const piece = Math.min(mostAtOnce, length - done)
          const { bytesRead } = await handle.read(bytes, done, piece, offset + done)
          if (bytesRead === 0)
            throw new SlimbedError('io', `${path}: byte ${offset + done} was written and is not there`)
          done += bytesRead
        }
      } catch (error) {
        throw fileError(path, error)
      }
      return bytes
    }
  }
  const settle = async () => {
    await sending
    check()
  }
  return { sink, settle }
}
