import { place } from '../kernels/place-floats.js'
import { addScaled, dot } from '../small/vector.js'

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
  for (let j = from + 1; j < row.length; j++) rest += row[j] * row[j]
  const first = row[from]
  // Below this, on a matrix scaled to 1, there is nothing to reflect, and the factor would overflow.
  if (rest < 1e-280) {
    row.fill(0, from)
    return [0, first]
  }
  const length = Math.sqrt(first * first + rest)
  // The sign that does not cancel.
  const multiple = first > 0 ? -length : length
  row[from] = first - multiple
  return [-1 / (multiple * row[from]), multiple]
}

/**
 * Householder's reduction of the symmetric `dim × dim` matrix in `a`, of which the upper triangle is read; overwrites it.
 *
 * Each pass over the matrix subtracts the last step's update and multiplies by the next vector at once, since the time goes into
 * reading it (the order of operations of LAPACK's `sytd2`).
 */
export function tridiagonalize(a: Float64Array, dim: number): Tridiagonal {
  const vector = () => new Float64Array(dim)
  const given = [a, vector(), vector(), vector(), vector()] as const
  const placed = place(...given)
  if (!placed) return reduce(given, dim, (from) => updateAndMultiply(...given, dim, from))
  const { kernels, places } = placed
  const arrays = placed.arrays as unknown as typeof given
  const [work, v, w, x, y] = places as [number, number, number, number, number]
  const reduced = reduce(arrays, dim, (from) => kernels.updateAndMultiply(work, dim, from, v, w, x, y))
  a.set(arrays[0])
  return { ...reduced, reflections: a }
}

/** The matrix and four vectors: those of the update still to be made, `a −= v wᵀ + w vᵀ`, and a vector and its product. */
type Work = readonly [a: Float64Array, v: Float64Array, w: Float64Array, x: Float64Array, y: Float64Array]

/** The reduction, whose loop over the matrix is `step`: from row and column `from` on, `a −= v wᵀ + w vᵀ`, then `y += a · x`. */
function reduce([a, v, w, x, y]: Work, dim: number, step: (from: number) => void): Tridiagonal {
  const diagonal = new Float64Array(dim)
  const beside = new Float64Array(dim)
  const factors = new Float64Array(dim)
  for (let k = 0; k < dim; k++) {
    const row = a.subarray(k * dim, (k + 1) * dim)
    for (let j = k; j < dim; j++) row[j] = row[j] - v[k] * w[j] - w[k] * v[j]
    diagonal[k] = row[k]
    if (k === dim - 1) break
    const [factor, multiple] = reflect(row, k + 1)
    factors[k] = factor
    beside[k] = multiple
    x.set(row.subarray(k + 1), k + 1)
    y.fill(0, k + 1)
    step(k + 1)
    let product = 0
    for (let j = k + 1; j < dim; j++) product += x[j] * y[j]
    const half = (factor * factor * product) / 2
    for (let j = k + 1; j < dim; j++) {
      v[j] = x[j]
      w[j] = factor * y[j] - half * x[j]
    }
  }
  return { dim, diagonal, beside, reflections: a, factors }
}

/** The kernel of this name, in JavaScript: the same sums in the same order. */
export function updateAndMultiply(
  a: Float64Array,
  v: Float64Array,
  w: Float64Array,
  x: Float64Array,
  y: Float64Array,
  dim: number,
  from: number
): void {
  // Two rows at a time: half the reads of the vectors.
  const pairs = from + ((dim - from) & ~1)
  const sums = new Float64Array(4)
  for (let i = from; i < pairs; i += 2) {
    const [v0, w0, x0] = [v[i], w[i], x[i]]
    const [v1, w1, x1] = [v[i + 1], w[i + 1], x[i + 1]]
    const at = i * dim
    const below = at + dim
    const own = a[at + i] - 2 * v0 * w0
    const beside = a[at + i + 1] - v0 * w1 - w0 * v1
    const next = a[below + i + 1] - 2 * v1 * w1
    a[at + i] = own
    a[at + i + 1] = beside
    a[below + i + 1] = next
    sums.fill(0)
    let [last0, last1] = [0, 0]
    for (let j = i + 2; j < dim; j++) {
      const vj = v[j]
      const wj = w[j]
      const xj = x[j]
      const value0 = a[at + j] - v0 * wj - w0 * vj
      const value1 = a[below + j] - v1 * wj - w1 * vj
      a[at + j] = value0
      a[below + j] = value1
      const lane = (j - i) & 1
      if (j === dim - 1 && lane === 0) {
        last0 = value0 * xj
        last1 = value1 * xj
      } else {
        sums[lane] = sums[lane] + value0 * xj
        sums[lane + 2] = sums[lane + 2] + value1 * xj
      }
      y[j] = y[j] + value0 * x0 + value1 * x1
    }
    y[i] = y[i] + (own * x0 + beside * x1 + (sums[0] + sums[1] + last0))
    y[i + 1] = y[i + 1] + (beside * x0 + next * x1 + (sums[2] + sums[3] + last1))
  }
  if (pairs < dim) {
    const last = pairs * dim + pairs
    a[last] = a[last] - 2 * v[pairs] * w[pairs]
    y[pairs] = y[pairs] + a[last] * x[pairs]
  }
}

/** Turns eigenvectors of T, the `count` rows of `vectors`, into those of the matrix that was reduced. */
export function backTransform(tridiagonal: Tridiagonal, vectors: Float64Array, count: number): void {
  const { dim, reflections, factors } = tridiagonal
  const placed = place(reflections, factors, vectors)
  if (!placed) {
    plainBackTransform(tridiagonal, vectors, count)
    return
  }
  const [all, scales, own] = placed.places as [number, number, number]
  placed.kernels.backTransform(all, scales, dim, own, count)
  vectors.set(placed.arrays[2])
}

/** The kernel of this name, in JavaScript: the same sums in the same order. */
export function plainBackTransform(
  { dim, reflections, factors }: Tridiagonal,
  vectors: Float64Array,
  count: number
): void {
  for (let row = 0; row < count; row++) {
    for (let k = dim - 2; k >= 0; k--) {
      const [from, at, size] = [k * dim + k + 1, row * dim + k + 1, dim - k - 1]
      const product = dot(reflections, from, vectors, at, size)
      addScaled(-factors[k] * product, reflections, from, vectors, at, size)
    }
  }
}
