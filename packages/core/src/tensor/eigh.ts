import { SlimbedError } from '@slimbed/runtime'
import type { Eigen } from './adapter.js'
import { checkFinite, fullEigh } from './factorize.js'

/** `TensorAdapter.eigh`. Rejects with `bad-input` for a matrix that is not square, symmetric and finite. */
export async function eigh(symmetric: Float64Array, dim: number, count = dim): Promise<Eigen> {
  checkFinite('eigh', symmetric, dim, dim)
  if (!Number.isInteger(count) || count < 0 || count > dim) {
    throw new SlimbedError('bad-input', `eigh: expected 0 to ${dim} eigenpairs to be asked for, not ${count}`)
  }
  for (let i = 0; i < dim; i++) {
    for (let j = 0; j < i; j++) {
      if (symmetric[i * dim + j] === symmetric[j * dim + i]) continue
      throw new SlimbedError('bad-input', `eigh: not symmetric at row ${i}, column ${j}`)
    }
  }
  if (count === 0) return { values: new Float64Array(), vectors: new Float64Array() }
  const { values, vectors } = await fullEigh(symmetric, dim)
  return { values: values.slice(0, count), vectors: vectors.slice(0, count * dim) }
}
