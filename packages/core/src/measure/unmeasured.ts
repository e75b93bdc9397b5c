import { type Table, tableBytes } from '@slimbed/runtime'
import type { Matrix } from '../matrix/matrix.js'
import type { Distortion, Measurement } from './measure.js'

/** What a table costs whose rows cannot be compared with those of the matrix: errors and cosines are NaN. */
export function unmeasured(original: Matrix, table: Table, weights?: Float32Array): Measurement {
  const { rows, dim } = original
  const bytes = tableBytes(table)
  const unknown = (count: number): Distortion => ({ rows: count, relativeError: Number.NaN, meanCosine: Number.NaN })
  return {
    ...unknown(rows),
    dim,
    bytes,
    ratio: (rows * dim * 4) / bytes,
    bitsPerWeight: (8 * bytes) / (rows * dim),
    ...(weights && { weightedError: Number.NaN }),
    maxError: Number.NaN,
    bands: []
  }
}
