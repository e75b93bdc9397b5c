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

/** Brings the codes of each four rows into words of one column, the first row lowest, with signs turned. */
function interleave(codes: Int8Array, words: Int32Array, stride: number): void {
  const four = new Int8Array(together * stride)
  for (let start = 0; start < codes.length; start += four.length) {
    four.set(codes.subarray(start, start + four.length))
    for (let i = 0; i < together; i++) {
      for (let j = 0, at = i * stride; j < stride; j++, at++) codes[start + together * j + i] = four[at]
    }
  }
  for (let at = 0; at < words.length; at++) words[at] ^= signs
}

/** A scanner in JavaScript. Its scores are those of the kernel, to the bit. */
export function plainByteScanner(rows: number, columns: number, padded: number): ByteScanner {
  // Arrays and numbers that one closure has and never changes become part of its compiled code, which takes less time than others.
  const stride = columns
  const codes = new Int8Array(padded * stride)
  const words = new Int32Array(codes.buffer)
  const own = new Int32Array(stride)
  const doubles = new Float64Array(stride)
  const products = new Int32Array(together)
  const factors = new Float32Array(padded)
  const inverses = new Float32Array(padded)
  let ready = false
  let turned = 0

  /** The inner products of four rows, whose words begin at `start`, with the query. */
  function multiply(start: number): void {
    let a = 0
    let b = 0
    let c = 0
    let d = 0
    let e = 0
    // The highest bytes as doubles: a processor multiplies one pair of whole numbers a cycle, and doubles beside them.
    for (let j = 0, at = start; j < stride; j += 2, at += 2) {
      const u = words[at]
      const q = own[j]
      a = (a + Math.imul(u, q)) | 0
      b = (b + Math.imul(u >> 8, q)) | 0
      c = (c + Math.imul(u >> 16, q)) | 0
      d += (u >> 24) * doubles[j]
      const v = words[at + 1]
      const r = own[j + 1]
      a = (a + Math.imul(v, r)) | 0
      b = (b + Math.imul(v >> 8, r)) | 0
      c = (c + Math.imul(v >> 16, r)) | 0
      e += (v >> 24) * doubles[j + 1]
    }
    d += e
    // Byte i of a word w is `(w >> 8 i) − 256 (w >> 8 (i + 1))`. Sums are right modulo 2³², and the inner product fits 32 bits.
    products[0] = a - 256 * b - turned
    products[1] = b - 256 * c - turned
    products[2] = c - 256 * d - turned
    products[3] = d
  }

  return {
    arrays: { stride, codes, factors, inverses },
    scan({ values, constant }, found) {
      if (!ready) interleave(codes, words, stride)
      ready = true
      own.set(values)
      doubles.set(values)
      turned = 128 * own.reduce((sum, value) => sum + value, 0)
      const added = Math.fround(constant)
      let limit = -Infinity
      for (let first = 0; first < rows; first += together) {
        multiply((first / together) * stride)
        for (let i = 0, row = first; i < together && row < rows; i++, row++) {
          const product = Math.fround(Math.fround(products[i]) * factors[row])
          const score = Math.fround(product + Math.fround(added * inverses[row]))
          if (score > limit) limit = found(row, score)
        }
      }
    }
  }
}
