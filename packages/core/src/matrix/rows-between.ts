import type { Matrix } from '@slimbed/runtime'

/** Rows `start … start + rows` of a matrix, as a matrix. */
export const rowsBetween = (matrix: Matrix, start: number, rows: number): Matrix => ({
  rows,
  dim: matrix.dim,
  ...(matrix.unchecked && { unchecked: rowsBetween(matrix.unchecked, start, rows) }),
  read: (from, count, into) => matrix.read(start + from, count, into)
})
