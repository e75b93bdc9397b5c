import type { ByteArrays, ByteQuery } from './byte-codes.js'

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

/** A scanner in JavaScript. Its scores are those of the kernel, to the bit. */
export function plainByteScanner(rows: number, stride: number, padded: number): ByteScanner {
  const codes = new Int8Array(padded * stride)
  const factors = new Float32Array(padded)
  const inverses = new Float32Array(padded)
  const own = new Float64Array(stride)
  return {
    arrays: { stride, codes, factors, inverses },
    scan({ values, constant }, found) {
      own.set(values)
      const added = Math.fround(constant)
      let limit = -Infinity
      for (let row = 0, at = 0; row < rows; row++) {
        let s0 = 0
        let s1 = 0
        let s2 = 0
        let s3 = 0
        for (let j = 0; j < stride; j += 4, at += 4) {
          s0 += codes[at] * own[j]
          s1 += codes[at + 1] * own[j + 1]
          s2 += codes[at + 2] * own[j + 2]
          s3 += codes[at + 3] * own[j + 3]
        }
        const product = Math.fround(Math.fround(s0 + s1 + (s2 + s3)) * factors[row])
        const score = Math.fround(product + Math.fround(added * inverses[row]))
        if (score > limit) limit = found(row, score)
      }
    }
  }
}
