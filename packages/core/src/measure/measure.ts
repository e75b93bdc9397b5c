import { type Matrix, SlimbedError, type Table } from '@slimbed/runtime'
import type { StreamOptions } from '../matrix/lazy.js'
import type { TensorAdapter } from '../tensor/adapter.js'
import type { Pass } from '../tensor/types.js'
import type { Measurement } from './measurement.js'
import { streamOver } from './stream.js'
import { createSums } from './sums.js'
import { checkWeights } from './weights.js'

/** What `measure` needs besides the matrix and the table. */
export interface MeasureOptions extends Pass {
  readonly tensor: TensorAdapter
  readonly weights?: Float32Array | undefined
}

/**
 * Compares a table with the matrix that it stands for, in one pass over blocks of rows.
 *
 * Rejects with `bad-input` when the shapes differ or there are not `rows` weights.
 */
export async function measure(original: Matrix, table: Table, options: MeasureOptions): Promise<Measurement> {
  return (await measureAndKeep(original, table, options)).measured
}

/**
 * Measures as `measure` does, and returns a table whose codes are computed. If possible, what the pass computes goes to the
 * function that `keepOf` returns.
 */
export async function measureAndKeep(
  original: Matrix,
  given: Table,
  { weights, ...pass }: MeasureOptions,
  keepOf?: StreamOptions['keepOf']
): Promise<{ table: Table; measured: Measurement }> {
  const { rows, dim } = original
  if (given.rows !== rows || given.dim !== dim) {
    const shapes = `the table is ${given.rows} × ${given.dim}, the original ${rows} × ${dim}`
    throw new SlimbedError('bad-input', `cannot compare: ${shapes}`)
  }
  checkWeights(weights, rows)
  const sums = createSums(original, weights)
  const { table, totals } = await streamOver(
    given,
    original,
    pass.tensor.backend
  )({ ...pass, tally: sums.tally, keepOf })
  return { table, measured: sums.measurementOf(table, totals) }
}
