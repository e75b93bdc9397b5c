import type { ReadableSink } from '@slimbed/core/artefact'
import { fileError } from './errors.js'
import { handleSource } from './handle-source.js'
import { hiddenFile } from './hidden-file.js'
import { sinkOf } from './sink.js'

const chunkBytes = 4 << 20

/** Writes to stdout, and waits for it. Rejects with `io`, and as the stream does when nobody reads on (`EPIPE`). */
function send(bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(bytes, (error) => {
      if (!error) resolve()
      else reject('code' in error && error.code === 'EPIPE' ? error : fileError('stdout', error))
    })
  })
}

/**
 * Writes the file that `produce` fills to stdout once it is complete. Resolves to what `produce` does. Rejects as it does, and
 * with `io`.
 */
export async function writeStdout<Result>(produce: (sink: ReadableSink) => Promise<Result>): Promise<Result> {
  const { path, handle, close } = await hiddenFile()
  try {
    const { sink, settle } = sinkOf(handle, path)
    const result = await produce(sink)
    await settle()
    const { size } = await handle.stat()
    const source = handleSource('stdout', size, handle)
    for (let at = 0; at < size; at += chunkBytes) await send(await source.read(at, Math.min(chunkBytes, size - at)))
    return result
  } finally {
    await close()
  }
}
