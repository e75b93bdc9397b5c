import { addAbortSignal } from 'node:stream'
import { SlimbedError } from '@slimbed/runtime'
import { fileError } from './errors.js'
import { type FileSource, handleSource } from './handle-source.js'
import { hiddenFile } from './hidden-file.js'

async function hold(signal: AbortSignal | undefined): Promise<FileSource> {
  const { handle } = await hiddenFile()
  const stream = signal ? addAbortSignal(signal, process.stdin) : process.stdin
  let size = 0
  try {
    for await (const chunk of stream) {
      await handle.writeFile(chunk)
      size += chunk.length
    }
  } catch (error) {
    if (signal?.aborted) throw new SlimbedError('aborted', 'interrupted', { cause: error })
    throw fileError('stdin', error)
  }
  // It stays open, and has no name: it is gone with the process.
  return { ...handleSource('stdin', size, handle), close: async () => {} }
}

let held: Promise<FileSource> | undefined

/**
 * The bytes of stdin as a source that can be read in any order, any number of times: they are stored in a temporary file. Only the
 * first call listens to `signal`. Rejects with `io` and `aborted`.
 */
export function openStdin(signal?: AbortSignal): Promise<FileSource> {
  held ??= hold(signal)
  return held
}
