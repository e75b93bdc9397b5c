import { SlimbedError } from '@slimbed/runtime'
import type { Eigen } from './adapter.js'
import { checkFinite, fullEigh, peak } from './factorize.js'
import { backTransform, tridiagonalize } from './tridiagonal.js'
import { greatestValues, vectorsOf } from './tridiagonal-eigh.js'

/**
 * The leading eigenpairs by way of a tridiagonal matrix, of which only what is asked for is computed: 5 to 10 times faster than all
 * of them. Undefined when it does not reach working precision.
 */
function leadingEigh(symmetric: Float64Array, dim: number, count: number): Eigen | undefined {
  // Scaled to about 1, so that squares neither overflow nor vanish.
  const scale = Math.abs(peak(symmetric)) || 1
  const tridiagonal = tridiagonalize(
    symmetric.map((value) => value / scale),
    dim
  )
  const values = greatestValues(tridiagonal, count)
  const vectors = vectorsOf(tridiagonal, values)
  if (!vectors) return undefined
  backTransform(tridiagonal, vectors, count)
  for (let at = 0; at < vectors.length; at += dim) {
    const vector = vectors.subarray(at, at + dim)
    if (peak(vector) < 0) for (let j = 0; j < dim; j++) vector[j] = -vector[j]!
  }
  return { values: values.map((value) => value * scale), vectors }
}

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
  const leading = count <= dim / 2 ? leadingEigh(symmetric, dim, count) : undefined
  if (leading) return leading
  const { values, vectors } = await fullEigh(symmetric, dim)
  return { values: values.slice(0, count), vectors: vectors.slice(0, count * dim) }
}
