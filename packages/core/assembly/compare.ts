// How far the rows of one matrix are from those of another, summed in float64.

/**
 * `a` and `b` are `rows × dim` float32. `sums` gets five float64 for each row: Σa², Σb², Σab, Σ(a − b)² and max |a − b|. Four
 * sums run side by side, of the columns j with one j mod 4, and are added as (0 + 2) + (1 + 3).
 */
export function compare(a: usize, b: usize, rows: u32, dim: u32, sums: usize): void {
  const rowBytes = (<usize>dim) << 2
  for (let row: u32 = 0; row < rows; row++) {
    compareRow(a, b, dim, sums)
    a += rowBytes
    b += rowBytes
    sums += 40
  }
}

/** The last 1 to 3 values, zeros after them. */
function rest(x: usize, count: usize): v128 {
  if (count === 1) return v128.load32_zero(x)
  const two = v128.load64_zero(x)
  return count === 2 ? two : v128.load32_lane(x + 8, two, 2)
}

function high(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<f32>(x, x, 2, 3, 2, 3))
}

function sum(x: v128, y: v128): f64 {
  const both = f64x2.add(x, y)
  return f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1)
}

export function compareRow(a: usize, b: usize, dim: u32, sums: usize): void {
  let aa0 = f64x2.splat(0)
  let aa1 = f64x2.splat(0)
  let bb0 = f64x2.splat(0)
  let bb1 = f64x2.splat(0)
  let ab0 = f64x2.splat(0)
  let ab1 = f64x2.splat(0)
  let ee0 = f64x2.splat(0)
  let ee1 = f64x2.splat(0)
  // Squares: the root of a float64 square of a difference of two float32 is that difference to the bit, and magnitudes cost more.
  let most = f64x2.splat(0)
  const whole = a + ((<usize>(dim & ~3)) << 2)
  const last = <usize>(dim & 3)
  for (;;) {
    const full = a < whole
    if (!full && last === 0) break
    const x = full ? v128.load(a) : rest(a, last)
    const y = full ? v128.load(b) : rest(b, last)
    const x0 = f64x2.promote_low_f32x4(x)
    const x1 = high(x)
    const y0 = f64x2.promote_low_f32x4(y)
    const y1 = high(y)
    const e0 = f64x2.sub(x0, y0)
    const e1 = f64x2.sub(x1, y1)
    aa0 = f64x2.add(aa0, f64x2.mul(x0, x0))
    aa1 = f64x2.add(aa1, f64x2.mul(x1, x1))
    bb0 = f64x2.add(bb0, f64x2.mul(y0, y0))
    bb1 = f64x2.add(bb1, f64x2.mul(y1, y1))
    ab0 = f64x2.add(ab0, f64x2.mul(x0, y0))
    ab1 = f64x2.add(ab1, f64x2.mul(x1, y1))
    const q0 = f64x2.mul(e0, e0)
    const q1 = f64x2.mul(e1, e1)
    ee0 = f64x2.add(ee0, q0)
    ee1 = f64x2.add(ee1, q1)
    most = f64x2.pmax(f64x2.pmax(most, q0), q1)
    if (!full) break
    a += 16
    b += 16
  }
  store<f64>(sums, sum(aa0, aa1))
  store<f64>(sums, sum(bb0, bb1), 8)
  store<f64>(sums, sum(ab0, ab1), 16)
  store<f64>(sums, sum(ee0, ee1), 24)
  store<f64>(sums, sqrt(max(f64x2.extract_lane(most, 0), f64x2.extract_lane(most, 1))), 32)
}

/** `squares` gets Σx² of each of `rows` rows of `dim` float32, the very sum of `compare`. */
export function norms(x: usize, rows: u32, dim: u32, squares: usize): void {
  const last = <usize>(dim & 3)
  for (let row: u32 = 0; row < rows; row++) {
    let first = f64x2.splat(0)
    let second = f64x2.splat(0)
    for (const whole = x + ((<usize>(dim & ~3)) << 2); x < whole; x += 16) {
      const four = v128.load(x)
      const a = f64x2.promote_low_f32x4(four)
      const b = high(four)
      first = f64x2.add(first, f64x2.mul(a, a))
      second = f64x2.add(second, f64x2.mul(b, b))
    }
    if (last > 0) {
      const some = rest(x, last)
      const a = f64x2.promote_low_f32x4(some)
      const b = high(some)
      first = f64x2.add(first, f64x2.mul(a, a))
      second = f64x2.add(second, f64x2.mul(b, b))
      x += last << 2
    }
    store<f64>(squares, sum(first, second))
    squares += 8
  }
}
