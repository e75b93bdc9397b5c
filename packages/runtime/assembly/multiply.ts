// `factors · right`, in float32: every sum in the order of the rank, so that a row is the same alone and among others.

/**
 * Writes `rows × stride` products to `out`, row-major, of `factors` (`rows × rank`) and `right` (`rank × stride`); `stride` is a
 * multiple of 16, and `right` and `out` are aligned to 16 bytes.
 */
export function multiply(factors: usize, rows: u32, rank: u32, right: usize, stride: u32, out: usize): void {
  const rowBytes = (<usize>stride) << 2
  const factorBytes = (<usize>rank) << 2
  for (; rows >= 4; rows -= 4) {
    for (let column: usize = 0; column < rowBytes; column += 32) {
      fourRows(factors, rank, right + column, rowBytes, out + column)
    }
    factors += factorBytes << 2
    out += rowBytes << 2
  }
  for (; rows > 0; rows--) {
    for (let column: usize = 0; column < rowBytes; column += 64) {
      oneRow(factors, rank, right + column, rowBytes, out + column)
    }
    factors += factorBytes
    out += rowBytes
  }
}

function add(sum: v128, factor: v128, values: v128): v128 {
  return f32x4.add(sum, f32x4.mul(factor, values))
}

/** Eight columns of four rows: each value of `right` is loaded once for all of them. */
function fourRows(factors: usize, rank: u32, right: usize, rowBytes: usize, out: usize): void {
  const factorBytes = (<usize>rank) << 2
  let a0 = f32x4.splat(0)
  let a1 = a0
  let b0 = a0
  let b1 = a0
  let c0 = a0
  let c1 = a0
  let d0 = a0
  let d1 = a0
  const end = factors + factorBytes
  while (factors < end) {
    const low = v128.load(right)
    const high = v128.load(right, 16)
    const a = v128.load32_splat(factors)
    a0 = add(a0, a, low)
    a1 = add(a1, a, high)
    const b = v128.load32_splat(factors + factorBytes)
    b0 = add(b0, b, low)
    b1 = add(b1, b, high)
    const c = v128.load32_splat(factors + (factorBytes << 1))
    c0 = add(c0, c, low)
    c1 = add(c1, c, high)
    const d = v128.load32_splat(factors + factorBytes * 3)
    d0 = add(d0, d, low)
    d1 = add(d1, d, high)
    factors += 4
    right += rowBytes
  }
  v128.store(out, a0)
  v128.store(out, a1, 16)
  out += rowBytes
  v128.store(out, b0)
  v128.store(out, b1, 16)
  out += rowBytes
  v128.store(out, c0)
  v128.store(out, c1, 16)
  out += rowBytes
  v128.store(out, d0)
  v128.store(out, d1, 16)
}

/** Sixteen columns of one row. */
function oneRow(factors: usize, rank: u32, right: usize, rowBytes: usize, out: usize): void {
  let s0 = f32x4.splat(0)
  let s1 = s0
  let s2 = s0
  let s3 = s0
  const end = factors + ((<usize>rank) << 2)
  while (factors < end) {
    const factor = v128.load32_splat(factors)
    s0 = add(s0, factor, v128.load(right))
    s1 = add(s1, factor, v128.load(right, 16))
    s2 = add(s2, factor, v128.load(right, 32))
    s3 = add(s3, factor, v128.load(right, 48))
    factors += 4
    right += rowBytes
  }
  v128.store(out, s0)
  v128.store(out, s1, 16)
  v128.store(out, s2, 32)
  v128.store(out, s3, 48)
}
