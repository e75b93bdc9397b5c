import { readAhead, throwIfAborted } from '@slimbed/core/blocks'
import type { Source } from '@slimbed/runtime'

/** The progress callback and the signal of a pass over a source. */
export interface Watch {
  /** Called with the bytes read so far, of all. */
  readonly progress?: ((done: number, total: number) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

const chunkBytes = 4 << 20

/** The bytes of a source in order, in chunks of at most `size`; the next one is read while one is in use. */
export async function* chunksOf(source: Source, watch: Watch = {}, size = chunkBytes): AsyncGenerator<Uint8Array> {
  let asked = 0
  const chunks = readAhead(() => {
    const at = asked
    asked = Math.min(at + size, source.size)
    return at < source.size ? source.read(at, asked - at) : undefined
  })
  let done = 0
  throwIfAborted(watch.signal)
  for await (const chunk of chunks) {
    yield chunk
    done += chunk.length
    watch.progress?.(done, source.size)
    throwIfAborted(watch.signal)
  }
}

/** The first bytes of a stream: `count`, or all there are. */
export async function headOf(chunks: AsyncIterable<Uint8Array>, count: number): Promise<Uint8Array> {
  const head = new Uint8Array(count)
  let filled = 0
  for await (const chunk of chunks) {
    const part = chunk.subarray(0, count - filled)
    head.set(part, filled)
    filled += part.length
    if (filled === count) break
  }
  return head.subarray(0, filled)
}
