import { parseFloats } from './parse-floats.js'

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
/** @param {number} byte */
const isGap = (byte) => byte === 32 || byte === 9

/**
 * Bytes of a hostile file as a short quoted string on one line.
 * @param {Uint8Array} bytes
 */
export function quoted(bytes) {
  const text = decoder.decode(bytes.subarray(0, 40))
  return JSON.stringify(bytes.length > 40 ? `${text}…` : text)
}

/**
 * Whether `field` of a vector is spelt as not-a-number or an infinity, in any of the usual ways.
 * @param {string} field
 */
const isSpecial = (field) => /^[+-]?(nan|inf|infinity)$/i.test(field)

/**
 * Reads a line that is not plainly `word number … number`: the word may hold spaces, so the numbers are the last `dim`
 * fields. The line is `bytes[start .. end)` without its line end, and `bytes[end]` is no digit.
 *
 * Writes the numbers to `out` from `into`. Returns where the word ends, -1 for a blank line, or what is wrong with it.
 * @param {Uint8Array} bytes
 * @param {number} start
 * @param {number} end
 * @param {number} dim
 * @param {Float32Array} out
 * @param {number} into
 * @param {boolean} wordless Whether the line is numbers alone.
 * @returns {number | string}
 */
export function parseOddLine(bytes, start, end, dim, out, into, wordless) {
  let stop = end
  while (stop > start && (isGap(bytes[stop - 1]) || bytes[stop - 1] === 13)) stop--
  if (stop === start) return -1
  const fields = () =>
    decoder
      .decode(bytes.subarray(start, stop))
      .trim()
      .split(/[ \t]+/).length
  let to = stop
  for (let column = dim; column > 0; column--) {
    let from = to
    while (from > start && !isGap(bytes[from - 1])) from--
    if (from === to || (from === start && !(wordless && column === 1))) {
      const count = fields()
      const wanted = wordless ? `${dim} numbers` : `a word and ${dim} numbers`
      return `expected ${wanted}, came ${count} ${count === 1 ? 'field' : 'fields'}`
    }
    const at = into + column - 1
    if (parseFloats(bytes, from, 1, out, at) !== to) {
      const field = bytes.subarray(from, to)
      const overflow = parseFloats(bytes, from, 1, out, at) === -1 && Math.abs(out[at]) === Number.POSITIVE_INFINITY
      const wanted = overflow || isSpecial(decoder.decode(field)) ? 'a finite float32 number' : 'a number'
      return `expected ${wanted} as number ${column} of ${dim}, came ${quoted(field)}`
    }
    to = from - 1
    // Runs of gaps between numbers are one gap; before the first number, all but one belong to the word.
    while ((column > 1 || wordless) && to > start && isGap(bytes[to - 1])) to--
  }
  if (!wordless) return to
  return to <= start ? start : `expected ${dim} numbers, came ${fields()} fields`
}
