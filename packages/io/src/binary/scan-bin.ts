import { SlimbedError } from '@slimbed/runtime'
import { GrowingBytes, GrowingNumbers } from '../source/growing.js'

/** The most bytes of a word. */
const longestWord = 1 << 16

/** The result of a pass over a word2vec binary file: its words and where their vectors begin. */
export interface BinScan {
  readonly words: Uint8Array
  /** One more than there are rows: offsets into `words`. */
  readonly offsets: Uint32Array
  /** Where each vector begins in the file, in bytes. */
  readonly starts: Float64Array
  /** Where the last vector ends, with its line end. */
  readonly end: number
  /** The first row that differs from most rows in whether a line end follows its vector. The last row counts if other bytes follow. */
  readonly oddEnd: number | undefined
  /** Whether most vectors are followed by a line end. */
  readonly lineEnds: boolean
  /**
   * The first of a few rows whose numbers are too small or too large for vectors. Such numbers come from reading bytes of a word
   * as numbers.
   */
  readonly strange: number | undefined
}

/** Rows that have something in common. */
interface Rows {
  count: number
  first: number
}

const add = (rows: Rows, row: number) => {
  if (rows.count++ === 0) rows.first = row
}

/** Numbers looked at in each row. */
const lookedAt = 8

/** Whether one of the first numbers of a vector is below 2⁻⁶⁰ or beyond 2³⁰. */
function isStrange(chunk: Uint8Array, from: number, dim: number): boolean {
  const end = Math.min(chunk.length, from + 4 * Math.min(dim, lookedAt))
  for (let p = from + 3; p < end; p += 4) {
    const exponent = ((chunk[p] & 0x7f) << 1) | (chunk[p - 1] >> 7)
    if (exponent !== 0 && (exponent < 67 || exponent > 157)) return true
  }
  return false
}

/**
 * Finds the rows of a word2vec binary file, which is only possible in order: a word up to a space, `dim` floats, and with most
 * files a line end. `chunks` are the bytes from the start of the file; rows begin at `start`. There may be fewer than the `rows`
 * that the header promises, or more if the file ends with one of them; never more than `limit`, after which nothing is read.
 *
 * Rejects with `corrupt-file` where the file ends within one of the first `rows` rows.
 */
export async function scanBin(
  chunks: AsyncIterable<Uint8Array>,
  { name, rows, dim, start, limit }: { name: string; rows: number; dim: number; start: number; limit: number }
): Promise<BinScan> {
  const words = new GrowingBytes()
  const ends = new GrowingNumbers()
  const starts = new GrowingNumbers()
  const vectorBytes = dim * 4
  /** Vectors that are followed by a line end, those that are not, and those whose numbers are of strange sizes. */
  const ended: Rows = { count: 0, first: -1 }
  const bare: Rows = { count: 0, first: -1 }
  const strange: Rows = { count: 0, first: -1 }
  let wordStart = 0
  let base = 0
  let at = start
  let fresh = false
  let inWord = false
  let lost = false
  /** Where the promised rows end. */
  let promised = Number.POSITIVE_INFINITY
  for await (const chunk of chunks) {
    const stop = base + chunk.length
    words.reserve(chunk.length)
    while (at < stop && !lost && starts.length < limit) {
      const byte = chunk[at - base]
      at++
      if (fresh) {
        fresh = false
        add(byte === 10 ? ended : bare, starts.length - 1)
        if (starts.length === rows) promised = byte === 10 ? at : at - 1
        if (byte === 10) continue
      }
      if (byte === 32) {
        starts.push(at)
        ends.push(words.length)
        wordStart = words.length
        if (isStrange(chunk, at - base, dim)) add(strange, starts.length - 1)
        at += vectorBytes
        fresh = true
        inWord = false
      } else {
        inWord = true
        words.bytes[words.length++] = byte
        if (words.length - wordStart <= longestWord) continue
        if (starts.length >= rows) lost = true
        else {
          const message = `${name}, byte ${at}: expected a space after word ${starts.length}; none in ${longestWord} bytes`
          throw new SlimbedError('corrupt-file', message)
        }
      }
    }
    base = stop
    if (starts.length === limit && at <= base) break
  }
  const torn = lost || inWord || at > base
  if (torn && starts.length - (at > base ? 1 : 0) < rows) {
    const row = at > base ? starts.length - 1 : starts.length
    const part = at > base ? 'vector' : 'word'
    const message = `${name}, byte ${base}: expected ${rows} rows; the file ends in the ${part} of row ${row}`
    throw new SlimbedError('corrupt-file', message)
  }
  const count = torn ? rows : starts.length
  const offsets = new Uint32Array(count + 1)
  offsets.set(ends.finish().subarray(0, count), 1)
  const lineEnds = ended.count >= bare.count
  const odd = lineEnds ? bare : ended
  return {
    words: words.finish().subarray(0, offsets[count]),
    offsets,
    starts: starts.finish().subarray(0, count),
    end: torn ? Math.min(promised, base) : at,
    oddEnd: odd.count > 0 && odd.first < (lineEnds ? count : count - 1) ? odd.first : undefined,
    lineEnds,
    strange: strange.count * 10 < count && strange.first >= 0 ? strange.first : undefined
  }
}
