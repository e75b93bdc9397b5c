import { type Dense, SlimbedError, type TensorAdapter } from '@slimbed/core'

/** Orthonormal axes, and how much errors along each count. */
export interface MetricAxes {
  /** `dim × dim`: unit rows, by falling variance of rows times what errors count. */
  readonly axes: Dense
  /** The standard deviation of what errors along each axis are multiplied by. */
  readonly scales: Float64Array
  /** The variance of rows along each axis, times what errors count. */
  readonly variances: Float64Array
}

/** The share of the mean eigenvalue that is added to every one, so that no axis counts for nothing. */
const ridge = 1e-3

/** `log` of a symmetric matrix with its mean eigenvalue made 1. */
async function logarithm(symmetric: Float64Array, dim: number, tensor: TensorAdapter): Promise<Float64Array> {
  const { values, vectors } = await tensor.eigh(symmetric, dim)
  const mean = values.reduce((sum, value) => sum + Math.max(0, value), 0) / dim || 1
  const out = new Float64Array(dim * dim)
  for (let k = 0; k < dim; k++) {
    const log = Math.log(Math.max(0, values[k]) / mean + ridge)
    for (let i = 0; i < dim; i++) {
      const factor = log * vectors[k * dim + i]
      for (let j = i; j < dim; j++) out[i * dim + j] += factor * vectors[k * dim + j]
    }
  }
  // Exactly symmetric.
  for (let i = 0; i < dim; i++) for (let j = 0; j < i; j++) out[i * dim + j] = out[j * dim + i]
  return out
}

/** `xᵀ G x`. */
function along(gram: Float64Array, dim: number, x: Float32Array): number {
  let sum = 0
  for (let i = 0; i < dim; i++) {
    let product = 0
    for (let j = 0; j < dim; j++) product += gram[i * dim + j] * x[j]
    sum += x[i] * product
  }
  return Math.max(0, sum)
}

/**
 * Axes for rows with the Gram matrix `gram`, where an error e counts `eᵀ metric e`: those of the sum of the logarithms of both matrices, which
 * are the axes of both where these agree. Orthonormal axes cannot be those of both where they do not; the product of the variances along
 * them, which is what bits follow, is then nearly as small. Throws `bad-input` for a metric that is not `dim × dim` finite numbers.
 */
export async function metricAxes(
  gram: Float64Array,
  metric: Float64Array,
  dim: number,
  rows: number,
  tensor: TensorAdapter
): Promise<MetricAxes> {
  if (metric.length !== dim * dim || !metric.every(Number.isFinite)) {
    throw new SlimbedError('bad-input', `trellis: expected a metric of ${dim} × ${dim} finite numbers`)
  }
  const [own, other] = [await logarithm(gram, dim, tensor), await logarithm(metric, dim, tensor)]
  const { vectors } = await tensor.eigh(
    own.map((value, at) => value + other[at]),
    dim
  )
  let trace = 0
  for (let i = 0; i < dim; i++) trace += metric[i * dim + i]
  const found = Array.from({ length: dim }, (_, k) => {
    const axis = Float32Array.from(vectors.subarray(k * dim, (k + 1) * dim))
    const scale = Math.sqrt(along(metric, dim, axis) + (ridge * trace) / dim) || 1
    return { axis, scale, variance: (along(gram, dim, axis) * scale * scale) / Math.max(1, rows) }
  }).sort((a, b) => b.variance - a.variance)
  const data = new Float32Array(dim * dim)
  for (const [k, { axis }] of found.entries()) data.set(axis, k * dim)
  return {
    axes: { rows: dim, dim, data },
    scales: Float64Array.from(found, ({ scale }) => scale),
    variances: Float64Array.from(found, ({ variance }) => variance)
  }
}
