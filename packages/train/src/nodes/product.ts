import { product } from '@slimbed/core'
import { type Multiply, transposed } from '../multiply.js'
import { allRows } from '../selection.js'
import type { TrainableTable } from './node.js'

/** `left · right`: combinations are taken of `left` and multiplied once. */
export function trainableProduct(left: TrainableTable, right: TrainableTable, multiply: Multiply): TrainableTable {
  const [rank, dim] = [left.dim, right.dim]
  const all = allRows(rank)
  return {
    rows: left.rows,
    dim,
    parameters: [...left.parameters, ...right.parameters],
    async combine(selection) {
      const { count } = selection
      const inner = await left.combine(selection)
      const factor = await right.combine(all)
      return {
        value: await multiply(inner.value, factor.value, count, rank, dim),
        async backward(gradient) {
          await inner.backward(await multiply(gradient, transposed(factor.value, rank, dim), count, dim, rank))
          await factor.backward(await multiply(transposed(inner.value, count, rank), gradient, rank, count, dim))
        }
      }
    },
    table: () => product(left.table(), right.table())
  }
}
