import type { Dense } from '@slimbed/runtime'
import { matmul } from '../ops/matmul.js'
import { transposeOf } from '../small/dense.js'
import type { Runners } from '../threads/runner.js'
import { checkFinite, peak, svd } from './factorize.js'

const scaled = ({ rows, dim, data }: Dense, factor: number): Dense => ({
  rows,
  dim,
  data: data.map((value) => value * factor)
})

/**
 * The largest eigenvalue of a symmetric matrix without negative ones, from below, by the power method: enough of it for the iteration
 * below, which takes singular values up to 1.7.
 */
function greatest({ rows, data }: Dense): number {
  let vector = Float64Array.from({ length: rows }, (_, i) => data[i * rows + i])
  let value = 0
  for (let step = 0; step < 10; step++) {
    const next = new Float64Array(rows)
    for (let i = 0, at = 0; i < rows; i++) {
      let sum = 0
      for (let j = 0; j < rows; j++) sum += data[at++] * vector[j]
      next[i] = sum
    }
    value = Math.hypot(...next) / Math.hypot(...vector)
    vector = next.map((x) => x / value)
  }
  return value
}

/** How far a symmetric matrix is from the identity, in its worst element. */
function offIdentity({ rows, data }: Dense): number {
  let most = 0
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < rows; j++) most = Math.max(most, Math.abs(data[i * rows + j] - (i === j ? 1 : 0)))
  }
  return most
}

/** Singular values below this share of the greatest do not grow to 1 in so many steps of 3/2 each. */
const mostSteps = 60
/** The error of float32 products, in the worst element. */
const enough = 1e-5

/** The polar factor of a matrix that is no taller than wide, by the iteration of Newton and Schulz; undefined if it does not converge. */
async function newtonSchulz(runners: Runners, a: Dense): Promise<Dense | undefined> {
  const size = Math.abs(peak(a.data))
  let x = scaled(a, 1 / size)
  let gram = await matmul(runners, x, transposeOf(x))
  const norm = Math.sqrt(greatest(gram))
  if (!(norm > 0)) return undefined
  x = scaled(x, 1 / norm)
  gram = scaled(gram, 1 / (norm * norm))
  for (let step = 0, off = Infinity; step < mostSteps; step++) {
    // x ← (3 − x xᵀ) x / 2 takes each singular value s below √3 to s (3 − s²) / 2, and so to 1.
    const { rows } = gram
    const half = gram.data.map((value, at) => (at % (rows + 1) === 0 ? 1.5 : 0) - value / 2)
    x = await matmul(runners, { rows, dim: rows, data: half }, x)
    gram = await matmul(runners, x, transposeOf(x))
    const now = offIdentity(gram)
    if (now < enough && now >= off / 2) return x
    off = now
  }
  return undefined
}

/** `TensorAdapter.polar`, on the engine's products; by `svd` where singular values are too small for that. */
export async function polar(runners: Runners, a: Dense): Promise<Dense> {
  const { rows, dim } = a
  checkFinite('polar', a.data, rows, dim)
  if (rows * dim === 0) return a
  if (rows > dim) return transposeOf(await polar(runners, transposeOf(a)))
  const found = peak(a.data) === 0 ? undefined : await newtonSchulz(runners, a)
  if (found) return found
  const { u, v } = await svd(a)
  return matmul(runners, u, v)
}
