import { SlimbedError } from '@slimbed/core'
import { parseFloats } from './parse-floats.js'

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
const isGap = (byte: number) => byte === 32 || byte === 9

/** Bytes of a hostile file as a short quoted string on one line. */
export function quoted(bytes: Uint8Array): string {
  const text = decoder.decode(bytes.subarray(0, 40))
  return JSON.stringify(bytes.length > 40 ? `${text}…` : text)
}

/** Where `field` of a vector is spelt as not-a-number or an infinity, in any of the usual ways. */
const isSpecial = (field: string) => /^[+-]?(nan|inf|infinity)$/i.test(field)

/**
 * Reads a line that is not plainly `word number … number`: the word may hold spaces, so the numbers are the last `dim`
 * fields. The line is `bytes[start .. end)` without its line end, and `bytes[end]` is no digit.
 *
 * Writes the numbers to `out` from `into` and returns where the word ends, or -1 for a blank line. Throws `bad-input`
 * that begins with `where`.
 */
export function parseOddLine(
  bytes: Uint8Array,
  start: number,
  end: number,
  dim: number,
  out: Float32Array,
  into: number,
  where: () => string
): number {
  let stop = end
  while (stop > start && (isGap(bytes[stop - 1]!) || bytes[stop - 1] === 13)) stop--
  if (stop === start) return -1
  let to = stop
  for (let column = dim; column > 0; column--) {
    let from = to
    while (from > start && !isGap(bytes[from - 1]!)) from--
    if (from === start) {
      const fields = decoder.decode(bytes.subarray(start, stop)).split(/[ \t]+/).length
      const came = `${fields} ${fields === 1 ? 'field' : 'fields'}`
      throw new SlimbedError('bad-input', `${where()}: expected a word and ${dim} numbers, came ${came}`)
    }
    const at = into + column - 1
    if (parseFloats(bytes, from, 1, out, at) !== to) {
      const field = bytes.subarray(from, to)
      const overflow = parseFloats(bytes, from, 1, out, at) === -1 && Math.abs(out[at]!) === Number.POSITIVE_INFINITY
      const wanted = overflow || isSpecial(decoder.decode(field)) ? 'a finite float32 number' : 'a number'
      const place = `as number ${column} of ${dim}`
      throw new SlimbedError('bad-input', `${where()}: expected ${wanted} ${place}, came ${quoted(field)}`)
    }
    to = from - 1
    // Runs of gaps between numbers are one gap; before the first number, all but one belong to the word.
    while (column > 1 && to > start && isGap(bytes[to - 1]!)) to--
  }
  return to
}
