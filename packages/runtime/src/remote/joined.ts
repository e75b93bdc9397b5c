import { checkOption, fail } from '../check.js'
import { mostBytes } from './fetch-bytes.js'
import type { Source } from './source.js'

/** How many reads run at a time. */
const parallel = 6
/** The largest read that is made of several, in bytes. */
const longest = 2 ** 20

/** A read that was asked for. */
interface Read {
  readonly offset: number
  /** Where it ends, or those end that are read with it. */
  end: number
  readonly signal: AbortSignal | undefined
  /** The one that it is read with. */
  first?: Read
  bytes?: Promise<Uint8Array>
}

/**
 * A source whose reads reject with `io` for more than `maxBytes` bytes or a result of another length. A Buffer becomes a `Uint8Array`.
 *
 * Adjacent reads that are asked for in one go are made as one: each takes a while, and browsers make those of one file one after another.
 */
export function joined(source: Source, maxBytes = mostBytes): Source {
  const { name, size } = source
  checkOption('maxBytes', maxBytes, 0)
  let free = parallel
  const waiting: (() => void)[] = []
  let asked: Read[] = []

  async function readBytes({ offset, end, signal }: Read): Promise<Uint8Array> {
    while (free === 0) await new Promise<void>((begin) => waiting.push(begin))
    free--
    try {
      const { buffer, byteOffset, length } = await source.read(offset, end - offset, { signal })
      if (length === end - offset) return new Uint8Array(buffer, byteOffset, length)
      return fail('io', `byte ${offset}: expected ${end - offset} bytes, got ${length}`)
    } finally {
      free++
      waiting.shift()?.()
    }
  }

  return {
    name,
    size,
    async read(offset, length, { signal } = {}) {
      if (length > maxBytes) fail('io', `byte ${offset}: ${length} bytes are more than maxBytes, ${maxBytes}`)
      const end = offset + length
      const own: Read = { offset, end, signal }
      asked.push(own)
      await undefined
      let [first] = asked.sort((a, b) => a.offset - b.offset)
      for (const read of asked) {
        const most = first.offset + Math.min(longest, maxBytes)
        if (read.offset > first.end || read.end > most || read.signal !== first.signal) first = read
        first.end = Math.max(first.end, read.end)
        read.first = first
      }
      asked = []
      const run = own.first ?? own
      run.bytes ??= readBytes(run)
      return (await run.bytes).subarray(offset - run.offset, end - run.offset)
    }
  }
}
