import type { TensorAdapter } from '@slimbed/core'

/**
 * A power of a metric, `dim × dim`, symmetric, with the trace that it had. Second derivatives say what small errors do; coarse codes make large
 * ones, which count less along the directions that count most than these say.
 */
export async function tempered(
  metric: Float64Array,
  dim: number,
  exponent: number,
  tensor: TensorAdapter
): Promise<Float64Array> {
  const { values, vectors } = await tensor.eigh(metric, dim)
  const powers = values.map((value) => Math.max(0, value) ** exponent)
  const sum = (all: Float64Array) => all.reduce((total, value) => total + Math.max(0, value), 0)
  const scale = sum(values) / (sum(powers) || 1)
  const out = new Float64Array(dim * dim)
  for (let k = 0; k < dim; k++) {
    for (let i = 0; i < dim; i++) {
      const factor = scale * powers[k] * vectors[k * dim + i]
      for (let j = i; j < dim; j++) out[i * dim + j] += factor * vectors[k * dim + j]
    }
  }
  for (let i = 0; i < dim; i++) for (let j = 0; j < i; j++) out[i * dim + j] = out[j * dim + i]
  return out
}
