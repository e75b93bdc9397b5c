// The loops of the symmetric eigenproblem that read a whole matrix, in float64. Sums run two or four side by side, in the order
// in which `src/tensor` has them in JavaScript.

function sum(x: v128): f64 {
  return f64x2.extract_lane(x, 0) + f64x2.extract_lane(x, 1)
}

function dot(a: usize, b: usize, count: u32): f64 {
  let even = f64x2.splat(0)
  let odd = f64x2.splat(0)
  const whole = a + ((<usize>(count & ~3)) << 3)
  const end = a + ((<usize>count) << 3)
  for (; a < whole; a += 32, b += 32) {
    even = f64x2.add(even, f64x2.mul(v128.load(a), v128.load(b)))
    odd = f64x2.add(odd, f64x2.mul(v128.load(a, 16), v128.load(b, 16)))
  }
  let first = f64x2.extract_lane(even, 0)
  for (; a < end; a += 8, b += 8) first += load<f64>(a) * load<f64>(b)
  return first + f64x2.extract_lane(even, 1) + sum(odd)
}

function addScaled(factor: f64, a: usize, b: usize, count: u32): void {
  const factors = f64x2.splat(factor)
  const whole = a + ((<usize>(count & ~1)) << 3)
  for (; a < whole; a += 16, b += 16) {
    v128.store(b, f64x2.add(v128.load(b), f64x2.mul(factors, v128.load(a))))
  }
  if (count & 1) store<f64>(b, load<f64>(b) + factor * load<f64>(a))
}

/**
 * In rows and columns from `from` of the upper triangle of the `dim × dim` matrix `a`: `a −= v wᵀ + w vᵀ`, then `y = a · x`; `y` is
 * zero there before. Two rows at a time.
 */
export function updateAndMultiply(a: usize, dim: u32, from: u32, v: usize, w: usize, x: usize, y: usize): void {
  const pairs = from + ((dim - from) & ~1)
  for (let i = from; i < pairs; i += 2) {
    const place = (<usize>i) << 3
    const v0 = load<f64>(v + place)
    const w0 = load<f64>(w + place)
    const x0 = load<f64>(x + place)
    const v1 = load<f64>(v + place, 8)
    const w1 = load<f64>(w + place, 8)
    const x1 = load<f64>(x + place, 8)
    const at = a + ((<usize>i * dim + i) << 3)
    const below = at + ((<usize>dim) << 3)
    const own = load<f64>(at) - 2 * v0 * w0
    const beside = load<f64>(at, 8) - v0 * w1 - w0 * v1
    const next = load<f64>(below, 8) - 2 * v1 * w1
    store<f64>(at, own)
    store<f64>(at, beside, 8)
    store<f64>(below, next, 8)
    let sum0 = f64x2.splat(0)
    let sum1 = f64x2.splat(0)
    const v0s = f64x2.splat(v0)
    const w0s = f64x2.splat(w0)
    const x0s = f64x2.splat(x0)
    const v1s = f64x2.splat(v1)
    const w1s = f64x2.splat(w1)
    const x1s = f64x2.splat(x1)
    const count = dim - i - 2
    const whole = (<usize>(count & ~1)) << 3
    let k: usize = 0
    for (; k < whole; k += 16) {
      const j = place + 16 + k
      const vj = v128.load(v + j)
      const wj = v128.load(w + j)
      const xj = v128.load(x + j)
      const value0 = f64x2.sub(f64x2.sub(v128.load(at + k, 16), f64x2.mul(v0s, wj)), f64x2.mul(w0s, vj))
      const value1 = f64x2.sub(f64x2.sub(v128.load(below + k, 16), f64x2.mul(v1s, wj)), f64x2.mul(w1s, vj))
      v128.store(at + k, value0, 16)
      v128.store(below + k, value1, 16)
      sum0 = f64x2.add(sum0, f64x2.mul(value0, xj))
      sum1 = f64x2.add(sum1, f64x2.mul(value1, xj))
      v128.store(y + j, f64x2.add(f64x2.add(v128.load(y + j), f64x2.mul(value0, x0s)), f64x2.mul(value1, x1s)))
    }
    let last0: f64 = 0
    let last1: f64 = 0
    if (count & 1) {
      const j = place + 16 + k
      const vj = load<f64>(v + j)
      const wj = load<f64>(w + j)
      const value0 = load<f64>(at + k, 16) - v0 * wj - w0 * vj
      const value1 = load<f64>(below + k, 16) - v1 * wj - w1 * vj
      store<f64>(at + k, value0, 16)
      store<f64>(below + k, value1, 16)
      last0 = value0 * load<f64>(x + j)
      last1 = value1 * load<f64>(x + j)
      store<f64>(y + j, load<f64>(y + j) + value0 * x0 + value1 * x1)
    }
    store<f64>(y + place, load<f64>(y + place) + (own * x0 + beside * x1 + (sum(sum0) + last0)))
    store<f64>(y + place, load<f64>(y + place, 8) + (beside * x0 + next * x1 + (sum(sum1) + last1)), 8)
  }
  if (pairs < dim) {
    const place = (<usize>pairs) << 3
    const last = a + ((<usize>pairs * dim + pairs) << 3)
    const value = load<f64>(last) - 2 * load<f64>(v + place) * load<f64>(w + place)
    store<f64>(last, value)
    store<f64>(y + place, load<f64>(y + place) + value * load<f64>(x + place))
  }
}

/** Takes the directions of the first `count` rows of `vectors`, `dim` values each, out of `x`. */
export function orthogonalize(vectors: usize, count: u32, x: usize, dim: u32): void {
  const rowBytes = (<usize>dim) << 3
  for (let row: u32 = 0; row < count; row++) {
    addScaled(-dot(vectors, x, dim), vectors, x, dim)
    vectors += rowBytes
  }
}

/** Applies the reflections that reduced a matrix, the last one first, to `count` vectors of `dim` values. */
export function backTransform(reflections: usize, factors: usize, dim: u32, vectors: usize, count: u32): void {
  for (let row: u32 = 0; row < count; row++) {
    const vector = vectors + ((<usize>row * dim) << 3)
    for (let k = <i32>dim - 2; k >= 0; k--) {
      const from = reflections + ((<usize>k * dim + k + 1) << 3)
      const at = vector + ((<usize>(k + 1)) << 3)
      const size = dim - k - 1
      addScaled(-load<f64>(factors + ((<usize>k) << 3)) * dot(from, at, size), from, at, size)
    }
  }
}

/** How many eigenvalues of a tridiagonal matrix are greater than `value`: the positive pivots of T − value (Sturm). */
export function countAbove(diagonal: usize, beside: usize, dim: u32, value: f64, least: f64): u32 {
  let count: u32 = 0
  let pivot: f64 = 1
  let before: f64 = 0
  const end = diagonal + ((<usize>dim) << 3)
  for (; diagonal < end; diagonal += 8, beside += 8) {
    pivot = load<f64>(diagonal) - value - (before * before) / pivot
    if (pivot < least && pivot > -least) pivot = -least
    if (pivot > 0) count++
    before = load<f64>(beside)
  }
  return count
}
