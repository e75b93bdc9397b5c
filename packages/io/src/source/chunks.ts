import { type Source, throwIfAborted } from '@slimbed/core'

/** What a pass over a source reports to and listens to. */
export interface Watch {
  /** Called with the bytes read so far, of all. */
  readonly progress?: ((done: number, total: number) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

const chunkBytes = 4 << 20

/** The bytes of a source in order, in chunks of at most `size`; the next is read while one is at work. */
export async function* chunksOf(source: Source, watch: Watch = {}, size = chunkBytes): AsyncGenerator<Uint8Array> {
  const readAt = (at: number) => {
    const chunk = source.read(at, Math.min(size, source.size - at))
    // A failure is met where the chunk is awaited; if the reader stopped before, nobody asks.
    chunk.catch(() => {})
    return chunk
  }
  let ahead = source.size > 0 ? readAt(0) : undefined
  try {
    for (let at = 0; ahead; at += size) {
      throwIfAborted(watch.signal)
      const chunk = await ahead
      ahead = at + size < source.size ? readAt(at + size) : undefined
      yield chunk
      watch.progress?.(Math.min(at + size, source.size), source.size)
    }
  } finally {
    await ahead?.catch(() => {})
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
