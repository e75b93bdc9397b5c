import { product } from '@slimbed/core'
import { transpose } from '@slimbed/core/numbers'
import type { Multiply } from '../multiply.js'
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
          await inner.backward(await multiply(gradient, transpose(factor.value, rank, dim), count, dim, rank))
          await factor.backward(await multiply(transpose(inner.value, count, rank), gradient, rank, count, dim))
        }
      }
    },
    async score(vectors, count) {
      const factor = await right.combine(all)
      const inner = await multiply(vectors, transpose(factor.value, rank, dim), count, dim, rank)
      const outer = await left.score(inner, count)
      return {
        value: outer.value,
        async backward(gradient) {
          const slope = await outer.backward(gradient)
          await factor.backward(await multiply(transpose(slope, count, rank), vectors, rank, count, dim))
          return multiply(slope, factor.value, count, rank, dim)
        }
      }
    },
    table: () => product(left.table(), right.table())
  }
}
