import type { Matrix } from '@slimbed/runtime'
import { eightBitsFrom, eightBitsOf } from './eight-bits.js'

/** Rows `start … start + rows` of a matrix, as a matrix. */
export function rowsBetween(matrix: Matrix, start: number, rows: number): Matrix {
  const eightBits = eightBitsOf(matrix)
  return {
    rows,
    dim: matrix.dim,
    ...(matrix.unchecked && { unchecked: rowsBetween(matrix.unchecked, start, rows) }),
    ...(eightBits && { eightBits: eightBitsFrom(eightBits, start) }),
    read: (from, count, into) => matrix.read(start + from, count, into)
  }
}
