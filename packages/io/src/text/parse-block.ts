import { parseOddLine } from './odd-line.js'
import { parseFloats } from './parse-floats.js'

/** Rows parsed from some whole lines of text. */
export interface TextBlock {
  /** `rows × dim`, row-major. */
  readonly values: Float32Array
  readonly rows: number
  /** Lines read, blank ones among them. */
  readonly lines: number
  /** The words, one after another. */
  readonly words: Uint8Array
  /** Where each row's word ends in `words`. */
  readonly ends: Uint32Array
}

/** Where the line that holds `at` ends if nothing but spaces and a carriage return is left of it, else -1. */
function lineEnd(bytes: Uint8Array, at: number): number {
  let p = at
  while (bytes[p] === 32) p++
  if (bytes[p] === 13) p++
  return bytes[p] === 10 ? p : -1
}

/**
 * Parses the lines `word number … number` in `bytes[0 .. end)`; the last byte is a line end. `firstLine` is the number
 * of the first line in the file `name`, for errors.
 *
 * Throws `bad-input` with the line where a vector is not `dim` finite numbers.
 */
export function parseBlock(bytes: Uint8Array, end: number, dim: number, name: string, firstLine: number): TextBlock {
  // Room for the shortest rows there can be, `dim` digits after as many spaces; pages that stay untouched cost nothing.
  const values = new Float32Array(end >> 1)
  const ends = new Uint32Array(Math.floor(end / (2 * dim)))
  const words = new Uint8Array(end)
  let rows = 0
  let used = 0
  let lines = 0
  for (let start = 0; start < end; lines++) {
    let p = start
    const before = used
    let byte = bytes[p]!
    while (byte !== 32 && byte !== 10) {
      words[used++] = byte
      byte = bytes[++p]!
    }
    const after = byte === 32 ? parseFloats(bytes, p + 1, dim, values, rows * dim) : -1
    let stop = after < 0 ? -1 : lineEnd(bytes, after)
    if (stop < 0) {
      used = before
      stop = bytes.indexOf(10, start)
      const line = firstLine + lines
      const wordEnd = parseOddLine(bytes, start, stop, dim, values, rows * dim, () => `${name}, line ${line}`)
      for (p = start; p < wordEnd; p++) words[used++] = bytes[p]!
      if (wordEnd >= 0) ends[rows++] = used
    } else ends[rows++] = used
    start = stop + 1
  }
  return { values: values.slice(0, rows * dim), rows, lines, words: words.slice(0, used), ends: ends.slice(0, rows) }
}
