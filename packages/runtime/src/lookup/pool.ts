import { fail } from '../check.js'
import type { Table } from '../table/table.js'
import { addRows } from './linear.js'

/** Options of `pool`. */
export interface PoolOptions {
  /** The weight of each index; 1 unless given. */
  readonly weights?: ArrayLike<number>
  /** Where to write the mean. */
  readonly out?: Float32Array
}

/**
 * The mean of the rows `indices`, `dim` values: `Σ weights[i] · row(indices[i]) / Σ weights[i]`; zeros when the weights sum to 0.
 *
 * A product sums the coefficients first and multiplies once. Throws `out-of-range`, and `bad-input` for lengths that do not fit.
 */
export function pool(table: Table, indices: ArrayLike<number>, options: PoolOptions = {}): Float32Array {
  const { dim } = table
  const { weights, out = new Float32Array(dim) } = options
  const count = indices.length
  if (out.length < dim) fail('bad-input', `pool: out has ${out.length} elements, ${dim} are needed`)
  if (weights && weights.length !== count) fail('bad-input', `pool: ${weights.length} weights for ${count} rows`)
  let total = 0
  for (let i = 0; i < count; i++) total += weights ? weights[i] : 1
  const shares = new Float64Array(count)
  if (total !== 0) for (let i = 0; i < count; i++) shares[i] = (weights ? weights[i] : 1) / total
  out.fill(0, 0, dim)
  addRows(table, indices, shares, out)
  return out
}
