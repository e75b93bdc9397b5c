import { SlimbedError, type Source } from '@slimbed/runtime'

/** How a file is read ahead of those who read it. */
export interface Ahead {
  /** Bytes of a request. */
  readonly chunkBytes: number
  /** The most requests that are on their way, and how many lie beyond what is read. */
  readonly depth: number
}

const usual: Ahead = { chunkBytes: 4 << 20, depth: 8 }
/** The most bytes that are held of all files together, besides what is being read. */
const mostHeld = 96 << 20

/** A part of a file that has been asked for. */
interface Chunk {
  readonly bytes: number
  readonly reading: Promise<Uint8Array>
  /** Lets it go. */
  release(): void
}

/** The chunks of all files, the oldest first. */
const held = new Set<Chunk>()

function holdNew(chunk: Chunk): void {
  held.add(chunk)
  let bytes = 0
  for (const each of held) bytes += each.bytes
  for (const oldest of held) {
    if (bytes <= mostHeld) return
    bytes -= oldest.bytes
    oldest.release()
  }
}

/** Runs at most so many at a time, in the order in which they were asked for. */
function inTurn(most: number): <Result>(work: () => Promise<Result>) => Promise<Result> {
  const waiting: (() => void)[] = []
  let running = 0
  return async (work) => {
    if (running >= most) await new Promise<void>((go) => waiting.push(go))
    else running++
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
}

/**
 * A source over a network whose latency does not count: reads that follow one another are answered from requests that were sent before, several at a
 * time, and large reads are divided. Other reads ask for exactly what is read. Closing it ends what is on its way.
 */
export function readAhead(source: Source, { chunkBytes, depth }: Ahead = usual): Source & { close(): Promise<void> } {
  const { name, size } = source
  const count = Math.ceil(size / chunkBytes)
  const controller = new AbortController()
  const { signal } = controller
  const turn = inTurn(depth)
  const chunks = new Map<number, Chunk>()
  /** Where the last read ended. */
  let last = 0

  function chunkAt(index: number): Promise<Uint8Array> {
    const found = chunks.get(index)
    if (found) return found.reading
    const start = index * chunkBytes
    const bytes = Math.min(chunkBytes, size - start)
    const reading = turn(async () => {
      if (signal.aborted) throw new SlimbedError('aborted', `${name}: it was closed`)
      return source.read(start, bytes, { signal })
    })
    const chunk: Chunk = {
      bytes,
      reading,
      release() {
        held.delete(chunk)
        if (chunks.get(index) === chunk) chunks.delete(index)
      }
    }
    // It is asked for again by the next read.
    reading.catch(chunk.release)
    chunks.set(index, chunk)
    holdNew(chunk)
    return reading
  }

  const forgetBefore = (index: number) => {
    for (const [at, chunk] of chunks) if (at < index) chunk.release()
  }

  return {
    name,
    size,
    async read(offset, length, options = {}) {
      const follows = offset === last && offset > 0
      const beyond = offset + length
      last = beyond
      if (!follows && length <= chunkBytes / 2) return source.read(offset, length, options)
      const from = Math.floor(offset / chunkBytes)
      const end = Math.ceil(beyond / chunkBytes)
      const needed: Promise<Uint8Array>[] = []
      for (let index = from; index < end; index++) needed.push(chunkAt(index))
      for (let index = end; follows && index < Math.min(count, end + depth); index++) chunkAt(index)
      forgetBefore(Math.floor(beyond / chunkBytes))
      const out = options.into ?? new Uint8Array(Buffer.allocUnsafeSlow(length).buffer)
      const parts = await Promise.all(needed)
      for (const [i, bytes] of parts.entries()) {
        const start = (from + i) * chunkBytes
        const first = Math.max(0, offset - start)
        out.set(bytes.subarray(first, Math.min(bytes.length, beyond - start)), start + first - offset)
      }
      return out
    },
    async close() {
      controller.abort()
      forgetBefore(count)
    }
  }
}
