import { dense } from '@slimbed/core'
import { transpose } from '@slimbed/core/numbers'
import type { Multiply } from '../multiply.js'
import { addGradient, type Parameter, parameter } from '../parameter.js'
import type { Selection } from '../selection.js'
import type { InputPass, TrainableTable } from './node.js'

/** `S · value`: `count × dim`. */
function combine({ value, dim }: Parameter, { count, starts, indices, weights }: Selection): Float32Array {
  const out = new Float32Array(count * dim)
  for (let i = 0; i < count; i++) {
    const to = i * dim
    for (let k = starts[i]; k < starts[i + 1]; k++) {
      const weight = weights[k]
      const from = indices[k] * dim
      for (let j = 0; j < dim; j++) out[to + j] += weight * value[from + j]
    }
  }
  return out
}

/** Adds `Sᵀ · gradient` to the rows that S has. */
function scatter(to: Parameter, { count, starts, indices, weights }: Selection, gradient: Float32Array): void {
  const { dim } = to
  for (let i = 0; i < count; i++) {
    const from = i * dim
    for (let k = starts[i]; k < starts[i + 1]; k++) {
      const weight = weights[k]
      const at = to.slot(indices[k])
      const sums = to.gradient
      for (let j = 0; j < dim; j++) sums[at + j] += weight * gradient[from + j]
    }
  }
}

/** `value · vectorsᵀ`: `rows × count`. */
async function score(own: Parameter, vectors: Float32Array, count: number, multiply: Multiply): Promise<InputPass> {
  const { rows, dim, value } = own
  return {
    value: await multiply(value, transpose(vectors, count, dim), rows, dim, count),
    async backward(gradient) {
      if (!own.frozen) addGradient(own, await multiply(gradient, vectors, rows, count, dim))
      // The smaller of the two matrices is transposed.
      return transpose(await multiply(transpose(value, rows, dim), gradient, dim, rows, count), dim, count)
    }
  }
}

/** A trainable matrix over `data`, which it keeps; only rows that are asked for get a gradient. */
export function trainableDense(
  name: string,
  rows: number,
  dim: number,
  data: Float32Array,
  multiply: Multiply
): TrainableTable {
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
    score: (vectors, count) => score(own, vectors, count, multiply),
    table: () => dense(rows, dim, data)
  }
}
