import type { TensorAdapter } from '@slimbed/core'

/** `a · b` of `m × k` and `k × n`, row-major. */
export type Multiply = (
  a: Float32Array,
  b: Float32Array,
  m: number,
  k: number,
  n: number
) => Float32Array | Promise<Float32Array>

/** With fewer multiplications than this, calling an engine costs more than the loop. */
const worthwhile = 2 ** 17

/** `a · b` on this thread. */
export function multiplyHere(a: Float32Array, b: Float32Array, m: number, k: number, n: number): Float32Array {
  const out = new Float32Array(m * n)
  for (let i = 0; i < m; i++) {
    for (let l = 0; l < k; l++) {
      const factor = a[i * k + l]
      if (factor === 0) continue
      for (let j = 0, from = l * n, to = i * n; j < n; j++, from++, to++) out[to] += factor * b[from]
    }
  }
  return out
}

/** Products on an engine where they are large, on this thread where they are small: decided by the shape alone. */
export const multiplyOn =
  (tensor: TensorAdapter): Multiply =>
  (a, b, m, k, n) =>
    m * k * n < worthwhile
      ? multiplyHere(a, b, m, k, n)
      : tensor.matmul({ rows: m, dim: k, data: a }, { rows: k, dim: n, data: b }).then(({ data }) => data)
