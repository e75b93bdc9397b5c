import { SlimbedError, type Table } from '@slimbed/runtime'
import { factorsOf } from '@slimbed/runtime/kinds'
import { expand } from '../matrix/expand.js'
import type { TensorAdapter } from '../tensor/adapter.js'

/** Throws `bad-input` unless a metric is `dim × dim` finite numbers. */
export function checkMetric(metric: Float64Array | undefined, dim: number): void {
  if (metric === undefined || (metric.length === dim * dim && metric.every(Number.isFinite))) return
  throw new SlimbedError('bad-input', `compress: expected a metric of ${dim} × ${dim} finite numbers`)
}

/** `R M Rᵀ`, for rows R. */
function within(rows: Float32Array, count: number, dim: number, metric: Float64Array): Float64Array {
  const turned = new Float64Array(count * dim)
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < dim; k++) {
      const factor = rows[i * dim + k]
      for (let j = 0; j < dim; j++) turned[i * dim + j] += factor * metric[k * dim + j]
    }
  }
  return Float64Array.from({ length: count * count }, (_, at) => {
    // The lower half is computed as the upper one, so that both are the same to the last bit.
    const [row, column] = [Math.floor(at / count), at % count]
    const [i, j] = [Math.min(row, column) * dim, Math.max(row, column) * dim]
    let sum = 0
    for (let k = 0; k < dim; k++) sum += turned[i + k] * rows[j + k]
    return sum
  })
}

/**
 * How much errors of child `name` count where those of a table count `metric`: as in the table itself, and for the left operand of a
 * product after its right one. Undefined where the child has other columns.
 */
export async function metricOfChild(
  table: Table,
  name: string,
  metric: Float64Array,
  tensor: TensorAdapter
): Promise<Float64Array | undefined> {
  const child = table.children[name]
  const factors = factorsOf(table)
  if (factors && child === factors.left) {
    const { rows, dim } = factors.right
    return within(await (await expand(factors.right, tensor)).read(0, rows), rows, dim, metric)
  }
  return child?.dim === table.dim ? metric : undefined
}
