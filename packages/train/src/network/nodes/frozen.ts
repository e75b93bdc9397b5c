import { pool, type Table } from '@slimbed/runtime'
import type { LookupTable } from './node.js'

/** Any table, to predict with: combinations of its rows without expanding it. It has no parameters. */
export const frozen = (table: Table): LookupTable => ({
  rows: table.rows,
  dim: table.dim,
  parameters: [],
  async combine({ count, starts, indices, weights }) {
    const { dim } = table
    const value = new Float32Array(count * dim)
    for (let i = 0; i < count; i++) {
      const [start, end] = [starts[i], starts[i + 1]]
      if (start === end) continue
      // The mean of rows is their sum over the sum of the weights, which is 1 for means and rows alike.
      pool(table, indices.subarray(start, end), {
        weights: weights.subarray(start, end),
        out: value.subarray(i * dim, (i + 1) * dim)
      })
    }
    return { value, backward: () => {} }
  },
  table: () => table
})
