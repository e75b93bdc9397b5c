import { randomBytes } from 'node:crypto'
import { open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SlimbedError } from '@slimbed/core'
import type { ReadableSink } from '@slimbed/core/artefact'

/** A file for what a worker needs of the output while it works: codes that later passes read. */
export interface ScratchSink extends ReadableSink {
  /** Removes it. */
  close(): Promise<void>
}

/** Bytes that are read or written at a time: at 2³¹ and more, Node ends the process. */
const mostAtOnce = 2 ** 30

/** Makes an empty file among the temporary ones, which has no name any more where that is possible. Functions reject with `io`. */
export async function scratchSink(): Promise<ScratchSink> {
  const path = join(tmpdir(), `slimbed-worker-${process.pid}-${randomBytes(4).toString('hex')}`)
  const refuse = (error: unknown): never => {
    throw new SlimbedError('io', `${path}: a temporary file of the worker: ${(error as Error).message}`, {
      cause: error
    })
  }
  const file = await open(path, 'wx+').catch(refuse)
  // Nothing is left, whatever ends the process.
  const removed = await rm(path).then(
    () => true,
    () => false
  )
  return {
    async write(bytes, at) {
      for (let done = 0; done < bytes.length; ) {
        const piece = Math.min(mostAtOnce, bytes.length - done)
        const { bytesWritten } = await file.write(bytes, done, piece, at + done).catch(refuse)
        done += bytesWritten
      }
    },
    async read(offset, length) {
      const bytes = new Uint8Array(length)
      for (let done = 0; done < length; ) {
        const piece = Math.min(mostAtOnce, length - done)
        const { bytesRead } = await file.read(bytes, done, piece, offset + done).catch(refuse)
        if (bytesRead === 0) refuse(new Error('it is shorter than it should be'))
        done += bytesRead
      }
      return bytes
    },
    async close() {
      await file.close()
      if (!removed) await rm(path, { force: true })
    }
  }
}
