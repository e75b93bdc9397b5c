import { dense } from '@slimbed/core'
import { type Parameter, parameter } from '../parameter.js'
import type { Selection } from '../selection.js'
import type { TrainableTable } from './node.js'

/** `S · value`: `count × dim`. */
function combine({ value, dim }: Parameter, { count, starts, indices, weights }: Selection): Float32Array {
  const out = new Float32Array(count * dim)
  for (let i = 0; i < count; i++) {
    const to = i * dim
    for (let k = starts[i]!; k < starts[i + 1]!; k++) {
      const weight = weights[k]!
      const from = indices[k]! * dim
      for (let j = 0; j < dim; j++) out[to + j]! += weight * value[from + j]!
    }
  }
  return out
}

/** Adds `Sᵀ · gradient` to the rows that S has. */
function scatter(to: Parameter, { count, starts, indices, weights }: Selection, gradient: Float32Array): void {
  const { dim } = to
  for (let i = 0; i < count; i++) {
    const from = i * dim
    for (let k = starts[i]!; k < starts[i + 1]!; k++) {
      const weight = weights[k]!
      const at = to.slot(indices[k]!)
      const sums = to.gradient
      for (let j = 0; j < dim; j++) sums[at + j]! += weight * gradient[from + j]!
    }
  }
}

/** A trainable matrix over `data`, which it keeps; only rows that are asked for get a gradient. */
export function trainableDense(name: string, rows: number, dim: number, data: Float32Array): TrainableTable {
  const own = parameter(name, rows, dim, data)
  return {
    rows,
    dim,
    parameters: [own],
    combine: async (selection) => ({
      value: combine(own, selection),
      backward(gradient) {
        if (!own.frozen) scatter(own, selection, gradient)
      }
    }),
    table: () => dense(rows, dim, data)
  }
}
