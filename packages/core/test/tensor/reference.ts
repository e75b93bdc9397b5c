import type { Dense } from '../../src/index.js'

/** A small seeded generator: uniform in [-1, 1). */
export function uniform(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 31 - 1
  }
}

export function randomDense(rows: number, dim: number, seed: number): Dense {
  const next = uniform(seed)
  return { rows, dim, data: Float32Array.from({ length: rows * dim }, next) }
}

export const matrixOf = ({ rows, dim, data }: Dense) => ({
  rows,
  dim,
  read: async (start: number, count: number) => data.subarray(start * dim, (start + count) * dim)
})

export interface Wide {
  readonly rows: number
  readonly dim: number
  readonly data: ArrayLike<number>
}

/** `a · b` in float64. */
export function product(a: Wide, b: Wide): Float64Array {
  const out = new Float64Array(a.rows * b.dim)
  for (let i = 0; i < a.rows; i++) {
    for (let k = 0; k < a.dim; k++) {
      for (let j = 0; j < b.dim; j++) out[i * b.dim + j] += a.data[i * a.dim + k] * b.data[k * b.dim + j]
    }
  }
  return out
}

export function transpose({ rows, dim, data }: Wide): Wide {
  const out = new Float64Array(rows * dim)
  for (let i = 0; i < rows; i++) for (let j = 0; j < dim; j++) out[j * rows + i] = data[i * dim + j]
  return { rows: dim, dim: rows, data: out }
}

/** `Σ wᵢ xᵢ xᵢᵀ` of the rows for which `keep` holds, in float64. */
export function gramOf({ rows, dim, data }: Wide, weights?: Float32Array, keep = (_row: number) => true): Float64Array {
  const out = new Float64Array(dim * dim)
  for (let row = 0; row < rows; row++) {
    if (!keep(row)) continue
    for (let i = 0; i < dim; i++) {
      for (let j = 0; j < dim; j++)
        out[i * dim + j] += (weights?.[row] ?? 1) * data[row * dim + i] * data[row * dim + j]
    }
  }
  return out
}

/** `‖a − b‖ / ‖b‖` over all elements; 0 where both vanish. */
export function relative(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [error, norm] = [0, 0]
  if (a.length !== b.length) return Number.NaN
  for (let i = 0; i < a.length; i++) {
    error += (a[i] - b[i]) ** 2
    norm += b[i] ** 2
  }
  return error === 0 ? 0 : Math.sqrt(error / norm)
}
