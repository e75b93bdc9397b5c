import { roomFor } from './compiled/room.js'
import { parseOddLine } from './odd-line.js'

/**
 * Rows parsed from some whole lines of text.
 * @typedef {object} TextBlock
 * @property {Float32Array} values `rows × dim`, row-major.
 * @property {number} rows
 * @property {number} lines Lines read, blank ones among them, without the one that is wrong.
 * @property {Uint8Array} words The words, one after another.
 * @property {Uint32Array} ends Where each row's word ends in `words`.
 * @property {string | undefined} problem What is wrong with the line after them, where the block stops.
 */

/** @import { Room } from './compiled/room.js' */

/**
 * Memory that blocks are parsed in, used again from one block to the next: the text, its numbers and its words.
 * @typedef {Room & { words: Uint8Array, ends: Uint32Array }} Scratch
 */

/**
 * Room for what `length` bytes of text can hold: the shortest rows there are, `dim` digits after as many spaces. Pages
 * that stay untouched cost nothing.
 * @param {number} length
 * @param {number} dim
 * @returns {Scratch}
 */
export const scratchFor = (length, dim) => ({
  ...roomFor(length, length >> 1),
  words: new Uint8Array(length),
  ends: new Uint32Array(Math.floor(length / (2 * dim)))
})

/**
 * Where the line that holds `at` ends if nothing but spaces and a carriage return is left of it, else -1.
 * @param {Uint8Array} bytes
 * @param {number} at
 */
function lineEnd(bytes, at) {
  let p = at
  while (bytes[p] === 32) p++
  if (bytes[p] === 13) p++
  return bytes[p] === 10 ? p : -1
}

/**
 * Parses the lines `word number … number`, or numbers alone, in `bytes[start .. end)` of `scratch`, up to the first where a vector is
 * not `dim` finite numbers; the last byte is a line end. The block is made of views of `scratch`.
 * @param {Scratch} scratch
 * @param {number} start
 * @param {number} end
 * @param {number} dim
 * @param {boolean} [wordless]
 * @returns {TextBlock}
 */
export function parseBlock({ bytes, values, words, ends, floats }, start, end, dim, wordless = false) {
  let rows = 0
  let used = 0
  let lines = 0
  let problem
  for (let from = start; from < end; lines++) {
    let p = from
    const before = used
    let byte = bytes[p]
    // Below are gaps, line ends, and control characters, which are looked at more closely.
    while (byte > 32 && !wordless) {
      words[used++] = byte
      byte = bytes[++p]
    }
    const after = byte === 32 || wordless ? floats(wordless ? p : p + 1, dim, rows * dim) : -1
    let stop = after < 0 ? -1 : lineEnd(bytes, after)
    if (stop < 0) {
      used = before
      stop = bytes.indexOf(10, from)
      const wordEnd = parseOddLine(bytes, from, stop, dim, values, rows * dim, wordless)
      if (typeof wordEnd === 'string') {
        problem = wordEnd
        break
      }
      for (p = from; p < wordEnd; p++) words[used++] = bytes[p]
      if (wordEnd >= 0) ends[rows++] = used
    } else ends[rows++] = used
    from = stop + 1
  }
  const parsed = {
    values: values.subarray(0, rows * dim),
    words: words.subarray(0, used),
    ends: ends.subarray(0, rows)
  }
  return { ...parsed, rows, lines, problem }
}
