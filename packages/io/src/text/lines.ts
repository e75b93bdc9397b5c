import { SlimbedError } from '@slimbed/runtime'
import { longestLine, tooLong } from './longest-line.js'

/** Whole lines of a text: `bytes[0 .. end)`, the last of which is a line end. */
export interface Lines {
  readonly bytes: Uint8Array
  readonly end: number
  /** Whether the line end of the last line was missing in the text. */
  readonly unended: boolean
}

/**
 * Cuts a stream of text after line ends, into stretches of at least `size` bytes; skips the first `skip` bytes. The array is reused
 * for the next stretch.
 *
 * Rejects with `bad-input` when a line is longer than 16 MiB.
 */
export async function* linesOf(
  chunks: AsyncIterable<Uint8Array>,
  name: string,
  skip = 0,
  size = 2 << 20
): AsyncGenerator<Lines> {
  let window = new Uint8Array(0)
  let filled = 0
  let toSkip = skip
  let wanted = size
  // Stretches begin with a line that may have taken several chunks; the others are shorter than one.
  const check = (length: number) => {
    if (length > longestLine) throw new SlimbedError('bad-input', `${name}: ${tooLong}`)
  }
  for await (const whole of chunks) {
    const chunk = whole.subarray(Math.min(toSkip, whole.length))
    toSkip -= whole.length - chunk.length
    if (filled + chunk.length + 1 > window.length) {
      const grown = new Uint8Array(Math.max(filled + chunk.length + 1, window.length + (window.length >> 1)))
      grown.set(window.subarray(0, filled))
      window = grown
    }
    window.set(chunk, filled)
    filled += chunk.length
    if (filled < wanted) continue
    const end = window.lastIndexOf(10, filled - 1) + 1
    if (end > 0) {
      check(window.indexOf(10))
      yield { bytes: window, end, unended: false }
      window.copyWithin(0, end, filled)
      filled -= end
      wanted = size
    } else {
      check(filled)
      wanted = filled + size
    }
  }
  if (filled === 0) return
  const first = window.subarray(0, filled).indexOf(10)
  check(first < 0 ? filled : first)
  const unended = window[filled - 1] !== 10
  if (unended) window[filled++] = 10
  yield { bytes: window, end: filled, unended }
}
