// Sums of products of the columns of rows of floats of 8 bits, exact: values are integers of 16 bits, in units of the least of them.

/** Pairs of rows that are multiplied at a time, so that they stay in the processor's nearest cache. */
const mostPairs: i32 = 64

/** Eight sums of products of two float64 pairs of columns, added to those of `part`. */
function addEight(part: usize, x: v128, y: v128): void {
  v128.store(part, f64x2.add(v128.load(part), f64x2.convert_low_i32x4_s(x)))
  v128.store(part, f64x2.add(v128.load(part, 16), f64x2.convert_low_i32x4_s(v128.shuffle<i32>(x, x, 2, 3, 2, 3))), 16)
  v128.store(part, f64x2.add(v128.load(part, 32), f64x2.convert_low_i32x4_s(y)), 32)
  v128.store(part, f64x2.add(v128.load(part, 48), f64x2.convert_low_i32x4_s(v128.shuffle<i32>(y, y, 2, 3, 2, 3))), 48)
}

/** Writes 16 codes and those of the row below as pairs of integers of 16 bits. */
function interleave(x: usize, below: usize, fraction: i32, powers: usize, out: usize): void {
  const zero = i8x16.splat(0)
  const lowPowers = v128.load(powers)
  const highPowers = v128.load(powers, 16)
  const a = v128.load(x)
  const b = below === 0 ? zero : v128.load(below)
  let first0 = zero
  let first1 = zero
  for (let turn = 0; turn < 2; turn++) {
    const code = turn === 0 ? a : b
    const size = v128.and(code, i8x16.splat(127))
    const exponent = v128.and(i16x8.shr_u(size, fraction), i8x16.splat(<i8>(<i32>127 >> fraction)))
    const mantissa = v128.or(
      v128.and(size, i8x16.splat(<i8>(((<i32>1) << fraction) - 1))),
      v128.andnot(i8x16.splat(<i8>((<i32>1) << fraction)), i8x16.eq(exponent, zero))
    )
    const low = i8x16.swizzle(lowPowers, exponent)
    const high = i8x16.swizzle(highPowers, exponent)
    const sign0 = i16x8.shr_s(v128.shuffle<i8>(zero, code, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23), 15)
    const sign1 = i16x8.shr_s(
      v128.shuffle<i8>(zero, code, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31),
      15
    )
    const size0 = i16x8.mul(
      v128.shuffle<i8>(mantissa, zero, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23),
      v128.shuffle<i8>(low, high, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
    )
    const size1 = i16x8.mul(
      v128.shuffle<i8>(mantissa, zero, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31),
      v128.shuffle<i8>(low, high, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
    )
    const value0 = i16x8.sub(v128.xor(size0, sign0), sign0)
    const value1 = i16x8.sub(v128.xor(size1, sign1), sign1)
    if (turn === 0) {
      first0 = value0
      first1 = value1
    } else {
      v128.store(out, v128.shuffle<i16>(first0, value0, 0, 8, 1, 9, 2, 10, 3, 11))
      v128.store(out, v128.shuffle<i16>(first0, value0, 4, 12, 5, 13, 6, 14, 7, 15), 16)
      v128.store(out, v128.shuffle<i16>(first1, value1, 0, 8, 1, 9, 2, 10, 3, 11), 32)
      v128.store(out, v128.shuffle<i16>(first1, value1, 4, 12, 5, 13, 6, 14, 7, 15), 48)
    }
  }
}

/** The largest magnitude of `count` codes, a multiple of 16. */
function largest(x: usize, count: usize): u32 {
  let most = i8x16.splat(0)
  for (const end = x + count; x < end; x += 16) {
    most = i8x16.max_u(most, v128.and(v128.load(x), i8x16.splat(127)))
  }
  most = i8x16.max_u(most, v128.shuffle<i64>(most, most, 1, 0))
  let found: u64 = i64x2.extract_lane(most, 0)
  let size: u32 = 0
  for (let i = 0; i < 8; i++, found >>= 8) size = max(size, <u32>(found & 255))
  return size
}

/**
 * Adds the upper triangle of `Σ x xᵀ` over `rows` rows of `dim` codes, a multiple of 16, to `part`, `dim × dim` float64, in units of the square of the least
 * value; below it, other sums are added. `powers` has the lower bytes and the upper bytes of 2^max(0, e − 1) for exponents e from 0 to 15;
 * `pairs` has room for `64 · dim` integers of 32 bits. False, and nothing is added, where a code is above `limit`: its value has more than 16 bits.
 */
export function gramEightBits(
  x: usize,
  rows: i32,
  dim: i32,
  fraction: i32,
  limit: u32,
  powers: usize,
  pairs: usize,
  part: usize
): bool {
  const most = largest(x, <usize>rows * dim)
  if (most > limit) return false
  const exponent = most >> fraction
  const mantissa = (most & ((1 << fraction) - 1)) | (exponent > 0 ? 1 << fraction : 0)
  const magnitude: i64 = (<i64>mantissa) << max(0, <i64>exponent - 1)
  // No sum of so many may leave 32 bits.
  const step = <i32>min(<i64>mostPairs, <i64>i32.MAX_VALUE / max<i64>(1, 2 * magnitude * magnitude))
  const pairBytes = (<usize>dim) << 2
  for (let from = 0; from < rows; from += 2 * step) {
    const count = min(step, (rows - from + 1) >> 1)
    let out = pairs
    for (let pair = 0; pair < count; pair++) {
      const row = from + 2 * pair
      const at = x + <usize>row * dim
      for (let j = 0; j < dim; j += 16) {
        interleave(at + j, row + 1 < rows ? at + dim + j : 0, fraction, powers, out)
        out += 64
      }
    }
    for (let i = 0; i < dim; i += 4) {
      for (let j = i & ~7; j < dim; j += 8) {
        let s00 = i32x4.splat(0)
        let s01 = s00
        let s10 = s00
        let s11 = s00
        let s20 = s00
        let s21 = s00
        let s30 = s00
        let s31 = s00
        let left = pairs + ((<usize>i) << 2)
        let right = pairs + ((<usize>j) << 2)
        for (; left < out; left += pairBytes, right += pairBytes) {
          const u = v128.load(right)
          const v = v128.load(right, 16)
          const a = v128.load32_splat(left)
          s00 = i32x4.add(s00, i32x4.dot_i16x8_s(a, u))
          s01 = i32x4.add(s01, i32x4.dot_i16x8_s(a, v))
          const b = v128.load32_splat(left, 4)
          s10 = i32x4.add(s10, i32x4.dot_i16x8_s(b, u))
          s11 = i32x4.add(s11, i32x4.dot_i16x8_s(b, v))
          const c = v128.load32_splat(left, 8)
          s20 = i32x4.add(s20, i32x4.dot_i16x8_s(c, u))
          s21 = i32x4.add(s21, i32x4.dot_i16x8_s(c, v))
          const d = v128.load32_splat(left, 12)
          s30 = i32x4.add(s30, i32x4.dot_i16x8_s(d, u))
          s31 = i32x4.add(s31, i32x4.dot_i16x8_s(d, v))
        }
        const rowBytes = (<usize>dim) << 3
        const at = part + <usize>i * rowBytes + ((<usize>j) << 3)
        addEight(at, s00, s01)
        addEight(at + rowBytes, s10, s11)
        addEight(at + 2 * rowBytes, s20, s21)
        addEight(at + 3 * rowBytes, s30, s31)
      }
    }
  }
  return true
}
