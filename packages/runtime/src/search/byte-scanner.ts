import { type ByteArrays, type ByteQuery, together } from './byte-codes.js'

/** Codes of 8 bits that can be scored against a query. */
export interface ByteScanner {
  /** Where the codes are written before the first scan. */
  readonly arrays: ByteArrays
  /**
   * Calls `found`, in the order of the rows, for rows that score more than the limit: −∞ at first, then the one that `found` returned
   * last.
   */
  scan(query: ByteQuery, found: (row: number, score: number) => number): void
}

/** Turns the sign bit of three of four bytes, so that these are 128 larger and not negative. */
const signs = 0x0080_8080

/** The inner product of a word w of four bytes, its signs turned, with the query: shifted words stand for bytes, as `factorsOf` has it. */
const inner = (w: number, a: number, b: number, c: number, d: number): number =>
  Math.imul(w, a) + Math.imul(w >> 8, b) + Math.imul(w >> 16, c) + Math.imul(w >> 24, d)

/**
 * What words and shifted words are multiplied by: byte i of a word is `(w >> 8 i) − 256 (w >> 8 (i + 1))`, so that one shift a byte is enough. Sums are right
 * modulo 2³², and the inner product fits 32 bits.
 */
const factorsOf = (values: Int16Array): Int32Array =>
  Int32Array.from(values, (value, j) => (j % 4 === 0 ? value : value - 256 * values[j - 1]))

/** A scanner in JavaScript. Its scores are those of the kernel, to the bit. */
export function plainByteScanner(rows: number, stride: number, padded: number): ByteScanner {
  const codes = new Int8Array(padded * stride)
  const factors = new Float32Array(padded)
  const inverses = new Float32Array(padded)
  const words = new Int32Array(codes.buffer)
  const line = stride / 4
  return {
    arrays: { stride, codes, factors, inverses },
    scan({ values, constant }, found) {
      const own = factorsOf(values)
      const turned = values.reduce((sum, value, j) => (j % 4 === 3 ? sum : sum - 128 * value), 0)
      const added = Math.fround(constant)
      const products = new Int32Array(together)
      let limit = -Infinity
      for (let first = 0, start = 0; first < rows; first += together, start += together * line) {
        let s0 = turned
        let s1 = turned
        let s2 = turned
        let s3 = turned
        for (let j = 0, at = start; j < stride; j += 4, at++) {
          const a = own[j]
          const b = own[j + 1]
          const c = own[j + 2]
          const d = own[j + 3]
          s0 = (s0 + inner(words[at] ^ signs, a, b, c, d)) | 0
          s1 = (s1 + inner(words[at + line] ^ signs, a, b, c, d)) | 0
          s2 = (s2 + inner(words[at + 2 * line] ^ signs, a, b, c, d)) | 0
          s3 = (s3 + inner(words[at + 3 * line] ^ signs, a, b, c, d)) | 0
        }
        products[0] = s0
        products[1] = s1
        products[2] = s2
        products[3] = s3
        for (let i = 0, row = first; i < together && row < rows; i++, row++) {
          const product = Math.fround(Math.fround(products[i]) * factors[row])
          const score = Math.fround(product + Math.fround(added * inverses[row]))
          if (score > limit) limit = found(row, score)
        }
      }
    }
  }
}
