import { addScaled, dot } from './vector.js'

/** A symmetric matrix as `Hᵀ T H`: T tridiagonal, H a product of reflections. */
export interface Tridiagonal {
  readonly dim: number
  /** The `dim` entries of T on its diagonal. */
  readonly diagonal: Float64Array
  /** The `dim − 1` entries beside it, and a 0. */
  readonly beside: Float64Array
  /** Row k holds, right of the diagonal, the vector of reflection `I − factors[k] · v vᵀ`. */
  readonly reflections: Float64Array
  readonly factors: Float64Array
}

/**
 * Makes `row[from ..]` a vector v such that `I − factor · v vᵀ` maps what was there to a multiple of its first unit vector;
 * gives the factor and the multiple.
 */
function reflect(row: Float64Array, from: number): [factor: number, multiple: number] {
  let rest = 0
  for (let j = from + 1; j < row.length; j++) rest += row[j]! * row[j]!
  const first = row[from]!
  // Below this, on a matrix scaled to 1, there is nothing to reflect, and the factor would overflow.
  if (rest < 1e-280) {
    row.fill(0, from)
    return [0, first]
  }
  const length = Math.sqrt(first * first + rest)
  // The sign that does not cancel.
  const multiple = first > 0 ? -length : length
  row[from] = first - multiple
  return [-1 / (multiple * row[from]!), multiple]
}

/**
 * Householder's reduction of the symmetric `dim × dim` matrix in `a`, of which the upper triangle is read; overwrites it.
 *
 * Each pass over the matrix subtracts the last step's update and multiplies by the next vector at once, since the time goes into
 * reading it (the order of operations of LAPACK's `sytd2`).
 */
export function tridiagonalize(a: Float64Array, dim: number): Tridiagonal {
  const diagonal = new Float64Array(dim)
  const beside = new Float64Array(dim)
  const factors = new Float64Array(dim)
  // The update a −= v wᵀ + w vᵀ still to be made.
  const v = new Float64Array(dim)
  const w = new Float64Array(dim)
  const x = new Float64Array(dim)
  const y = new Float64Array(dim)
  for (let k = 0; k < dim; k++) {
    const row = a.subarray(k * dim, (k + 1) * dim)
    for (let j = k; j < dim; j++) row[j] = row[j]! - v[k]! * w[j]! - w[k]! * v[j]!
    diagonal[k] = row[k]!
    if (k === dim - 1) break
    const [factor, multiple] = reflect(row, k + 1)
    factors[k] = factor
    beside[k] = multiple
    x.set(row.subarray(k + 1), k + 1)
    updateAndMultiply(a, dim, k + 1, v, w, x, y)
    let product = 0
    for (let j = k + 1; j < dim; j++) product += x[j]! * y[j]!
    const half = (factor * factor * product) / 2
    for (let j = k + 1; j < dim; j++) {
      v[j] = x[j]!
      w[j] = factor * y[j]! - half * x[j]!
    }
  }
  return { dim, diagonal, beside, reflections: a, factors }
}

/** In rows and columns from `from`: `a −= v wᵀ + w vᵀ`, then `y = a · x`. */
function updateAndMultiply(
  a: Float64Array,
  dim: number,
  from: number,
  v: Float64Array,
  w: Float64Array,
  x: Float64Array,
  y: Float64Array
): void {
  y.fill(0, from)
  // Two rows at a time: half the reads of the vectors.
  const pairs = from + ((dim - from) & ~1)
  for (let i = from; i < pairs; i += 2) {
    const [v0, w0, x0] = [v[i]!, w[i]!, x[i]!]
    const [v1, w1, x1] = [v[i + 1]!, w[i + 1]!, x[i + 1]!]
    const at = i * dim
    const below = at + dim
    const own = a[at + i]! - 2 * v0 * w0
    const beside = a[at + i + 1]! - v0 * w1 - w0 * v1
    const next = a[below + i + 1]! - 2 * v1 * w1
    a[at + i] = own
    a[at + i + 1] = beside
    a[below + i + 1] = next
    let sum0 = own * x0 + beside * x1
    let sum1 = beside * x0 + next * x1
    for (let j = i + 2; j < dim; j++) {
      const vj = v[j]!
      const wj = w[j]!
      const xj = x[j]!
      const value0 = a[at + j]! - v0 * wj - w0 * vj
      const value1 = a[below + j]! - v1 * wj - w1 * vj
      a[at + j] = value0
      a[below + j] = value1
      sum0 += value0 * xj
      sum1 += value1 * xj
      y[j] = y[j]! + value0 * x0 + value1 * x1
    }
    y[i] = y[i]! + sum0
    y[i + 1] = y[i + 1]! + sum1
  }
  if (pairs < dim) {
    const last = pairs * dim + pairs
    a[last] = a[last]! - 2 * v[pairs]! * w[pairs]!
    y[pairs] = y[pairs]! + a[last]! * x[pairs]!
  }
}

/** Turns eigenvectors of T, the `count` rows of `vectors`, into those of the matrix that was reduced. */
export function backTransform({ dim, reflections, factors }: Tridiagonal, vectors: Float64Array, count: number): void {
  for (let row = 0; row < count; row++) {
    for (let k = dim - 2; k >= 0; k--) {
      const [from, at, size] = [k * dim + k + 1, row * dim + k + 1, dim - k - 1]
      const product = dot(reflections, from, vectors, at, size)
      addScaled(-factors[k]! * product, reflections, from, vectors, at, size)
    }
  }
}
