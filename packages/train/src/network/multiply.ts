import type { TensorAdapter } from '@slimbed/core'

/** `a · b` of `m × k` and `k × n`, row-major. */
export type Multiply = (
  a: Float32Array,
  b: Float32Array,
  m: number,
  k: number,
  n: number
) => Float32Array | Promise<Float32Array>

/** Multiplications below which an engine's calls cost more than the loop. */
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

/** The transpose of a `rows × dim` matrix: engines are slow, or wasteful, where they transpose on the way. */
export function transposed(data: Float32Array, rows: number, dim: number): Float32Array {
  const out = new Float32Array(rows * dim)
  for (let first = 0; first < rows; first += 16) {
    const end = Math.min(first + 16, rows)
    for (let j = 0; j < dim; j++) for (let i = first; i < end; i++) out[j * rows + i] = data[i * dim + j]
  }
  return out
}
