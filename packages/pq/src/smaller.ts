import { denseOf, type Matrix, type Table, tableBytes } from '@slimbed/core'

/** Clusters of `bits` bits: as many as there are rows, where these are fewer. */
export const clustersOf = (bits: number, rows: number): number => Math.min(2 ** bits, rows)

/** The table, or the matrix as it is where that takes no more bytes: codebooks may be larger than a matrix of few rows. */
export const smaller = (table: Table, matrix: Matrix): Table =>
  tableBytes(table) < 4 * matrix.rows * matrix.dim ? table : denseOf(matrix)
