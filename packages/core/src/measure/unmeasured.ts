import type { Matrix, Table } from '@slimbed/runtime'
import { tableBytes } from '@slimbed/runtime/kinds'
import { bandEdges } from './bands.js'
import type { Distortion, Measurement } from './measurement.js'

const unknown = (rows: number): Distortion => ({ rows, relativeError: Number.NaN, meanCosine: Number.NaN })

/** The size of a table that stands for a matrix of this shape. */
export function costsOf({ rows, dim }: Pick<Matrix, 'rows' | 'dim'>, table: Table) {
  const bytes = tableBytes(table)
  return { dim, bytes, ratio: (rows * dim * 4) / bytes, bitsPerWeight: (8 * bytes) / (rows * dim) }
}

/** The measurement of a table whose rows cannot be compared with those of the matrix: errors and cosines are NaN. */
export const unmeasured = (original: Matrix, table: Table, weights: Float32Array | undefined): Measurement => ({
  ...unknown(original.rows),
  ...costsOf(original, table),
  ...(weights && { weightedError: Number.NaN }),
  maxError: Number.NaN,
  bands: []
})

/**
 * The measurement of a table that has not been compared yet: all figures are NaN, and each band is given the number of all rows,
 * so that its text is long enough for any result.
 */
export const notYetMeasured = (original: Matrix, table: Table, weights: Float32Array | undefined): Measurement => ({
  ...unmeasured(original, table, weights),
  bands: bandEdges(original.rows).map(() => unknown(original.rows))
})
