import type { Matrix } from '@slimbed/runtime'
import { checkRows } from '@slimbed/runtime/kinds'

/** A matrix in memory: `data` has `rows · dim` values, row-major. Its reads are views, and reject with `out-of-range` beyond the end. */
export const matrixFrom = (rows: number, dim: number, data: Float32Array): Matrix => ({
  rows,
  dim,
  async read(start, count) {
    checkRows(rows, start, count)
    return data.subarray(start * dim, (start + count) * dim)
  }
})
