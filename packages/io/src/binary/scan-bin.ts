import { SlimbedError } from '@slimbed/core'
import { GrowingBytes, GrowingNumbers } from '../source/growing.js'

/** A word longer than this is no word. */
const longestWord = 1 << 16

/** What a pass over a word2vec binary file finds: its words and where their vectors begin. */
export interface BinScan {
  readonly words: Uint8Array
  /** `rows + 1` offsets into `words`. */
  readonly offsets: Uint32Array
  /** Where each vector begins in the file, in bytes: `rows` values. */
  readonly starts: Float64Array
  /** Where the last vector ends, with its line end. */
  readonly end: number
}

/**
 * Finds the rows of a word2vec binary file, which can only be done in order: a word up to a space, `dim` floats, and
 * with most files a line end. `chunks` are the bytes from the start of the file; rows begin at `start`.
 *
 * Rejects with `corrupt-file` where the file ends before its last row.
 */
export async function scanBin(
  chunks: AsyncIterable<Uint8Array>,
  { name, rows, dim, start }: { name: string; rows: number; dim: number; start: number }
): Promise<BinScan> {
  const words = new GrowingBytes()
  const ends = new GrowingNumbers()
  const starts = new GrowingNumbers()
  const vectorBytes = dim * 4
  let base = 0
  let at = start
  let fresh = true
  let wordStart = 0
  for await (const chunk of chunks) {
    const stop = base + chunk.length
    words.reserve(chunk.length)
    while (at < stop && starts.length < rows) {
      const byte = chunk[at - base]
      at++
      if (byte === 32) {
        starts.push(at)
        ends.push(words.length)
        wordStart = words.length
        at += vectorBytes
        fresh = true
      } else if (fresh && byte === 10) {
        fresh = false
      } else {
        fresh = false
        words.bytes[words.length++] = byte
        if (words.length - wordStart > longestWord) {
          const message = `${name}, byte ${at}: expected a space after word ${starts.length}; none in ${longestWord} bytes`
          throw new SlimbedError('corrupt-file', message)
        }
      }
    }
    base = stop
    if (starts.length === rows && at < stop && chunk[chunk.length - (stop - at)] === 10) at++
  }
  if (starts.length < rows || at > base) {
    const row = at > base ? starts.length - 1 : starts.length
    const part = at > base ? 'vector' : 'word'
    const message = `${name}, byte ${base}: expected ${rows} rows; the file ends in the ${part} of row ${row}`
    throw new SlimbedError('corrupt-file', message)
  }
  const offsets = new Uint32Array(rows + 1)
  offsets.set(ends.finish(), 1)
  return { words: words.finish(), offsets, starts: starts.finish(), end: at }
}
