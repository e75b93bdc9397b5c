// Rows of floats of 8 bits, quantized and compared without a float32 of theirs leaving the processor: all sums are exact, in any order.

import { compareRow } from './compare'
import { decodeRow } from './decode'
import { eightBits } from './eight-bits'
import { encodeRow } from './encode'
import { pack } from './pack'

/** Adding it to a float32 of magnitude below 2^22 rounds that to an integer, half to even, and leaves it in the low bits. */
const rounder: f32 = 12582912

/** The largest of 16 bytes, as numbers with a sign. */
function mostSigned(x: v128): u32 {
  let y = i8x16.max_s(x, v128.shuffle<i64>(x, x, 1, 0))
  y = i8x16.max_s(y, v128.shuffle<i32>(y, y, 1, 0, 3, 2))
  y = i8x16.max_s(y, v128.shuffle<i16>(y, y, 1, 0, 3, 2, 5, 4, 7, 6))
  return i8x16.extract_lane_u(i8x16.max_s(y, i16x8.shr_u(y, 8)), 0)
}

/** The same without a sign. */
function mostUnsigned(x: v128): u32 {
  let y = i8x16.max_u(x, v128.shuffle<i64>(x, x, 1, 0))
  y = i8x16.max_u(y, v128.shuffle<i32>(y, y, 1, 0, 3, 2))
  y = i8x16.max_u(y, v128.shuffle<i16>(y, y, 1, 0, 3, 2, 5, 4, 7, 6))
  return i8x16.extract_lane_u(i8x16.max_u(y, i16x8.shr_u(y, 8)), 0)
}

/**
 * The larger of the two numbers that `scales` and `quick`, 256 float32 each, have for the ends of each row of `dim` codes, a multiple
 * of 16: the largest code without a sign, and with one the largest magnitude.
 */
export function endsOfEightBits(
  x: usize,
  rows: u32,
  dim: u32,
  scales: usize,
  quick: usize,
  scaleOut: usize,
  quickOut: usize
): void {
  for (let row: u32 = 0; row < rows; row++) {
    let positive = v128.load(x)
    let negative = positive
    for (const end = x + dim; x < end; x += 16) {
      const code = v128.load(x)
      positive = i8x16.max_s(positive, code)
      negative = i8x16.max_u(negative, code)
    }
    // All with a sign, or none with one: then both are the same code.
    const p = mostSigned(positive) << 2
    const n = mostUnsigned(negative) << 2
    store<f32>(scaleOut, max(load<f32>(scales + p), load<f32>(scales + n)))
    store<f32>(quickOut, max(load<f32>(quick + p), load<f32>(quick + n)))
    scaleOut += 4
    quickOut += 4
  }
}

/**
 * A constant, by way of memory: compilers of WebAssembly would make it anew, of several instructions, wherever it is used.
 */
function kept(x: v128, at: usize): v128 {
  v128.store(at, x)
  return v128.load(at)
}

/** The sum of four float32, exact. */
function sum4(x: v128): f64 {
  const y = f64x2.add(f64x2.promote_low_f32x4(x), f64x2.promote_low_f32x4(v128.shuffle<f32>(x, x, 2, 3, 2, 3)))
  return f64x2.extract_lane(y, 0) + f64x2.extract_lane(y, 1)
}

/**
 * `quantize` of rows of `dim` floats of 8 bits as `eightBits` has them, a multiple of 16, with one scale a row. A row whose number in
 * `quick` is its scale is done in float32; what it is worth is told by `src/tensor/kernels/eight-bit-grids.ts`. `zero` is a multiple of a half.
 * `scratch` has room for `9 · dim + 64` bytes, aligned to 16.
 */
export function quantizeEightBits(
  x: usize,
  rows: u32,
  dim: u32,
  fraction: i32,
  bias: i32,
  infinity: i32,
  nan: i32,
  upper: usize,
  lower: usize,
  bits: u32,
  scales: usize,
  quick: usize,
  zero: usize,
  codes: usize,
  scratch: usize,
  sums: usize
): void {
  const left = 7 - fraction
  const right = fraction + 1
  const rise = i8x16.splat(<i8>((127 - bias) >> 1))
  const highBits = i8x16.splat(<i8>(<i32>127 >> right))
  const lowBits = i8x16.splat(<i8>((<i32>255) << left))
  const upperOf = v128.load(upper)
  const lowerOf = v128.load(lower)
  const rowBytes: usize = (dim * bits + 7) >> 3
  const middle = load<f32>(zero)
  const whole = floor(middle)
  const part = f32x4.splat(middle - whole)
  const base = f32x4.splat(rounder + whole)
  const top = <f64>((1 << bits) - 1)
  // With a level at 0, the largest value may lie half a step beyond the last level.
  const last = f32x4.splat(rounder + <f32>top)
  const sevenBits = kept(i8x16.splat(127), scratch)
  const sign = kept(i8x16.splat(-128), scratch)
  const least = kept(i8x16.splat(16), scratch)
  const none = kept(i8x16.splat(0), scratch)
  const byte = kept(i32x4.splat(255), scratch)
  const lowBytes = kept(i16x8.splat(255), scratch)
  const values = scratch + ((<usize>dim + 31) & ~15)
  const decoded = values + ((<usize>dim) << 2)
  for (let row: u32 = 0; row < rows; row++) {
    const scale = load<f32>(scales)
    const own = bits === 8 ? codes : scratch
    const end = x + dim
    if (scale === load<f32>(quick) && scale > 0) {
      const inverse = f32x4.splat(1 / scale)
      const step = f32x4.splat(scale)
      let out = bits === 4 ? codes : own
      let largest = f32x4.splat(0)
      let products = largest
      let squares = largest
      let errors0 = f64x2.splat(0)
      let errors1 = errors0
      for (; x < end; x += 16) {
        const code = v128.load(x)
        const size = v128.and(code, sevenBits)
        const small = i8x16.lt_s(size, least)
        const high = v128.or(
          v128.or(
            i8x16.swizzle(upperOf, size),
            v128.andnot(i8x16.add(v128.and(i16x8.shr_u(size, right), highBits), rise), small)
          ),
          v128.and(code, sign)
        )
        const low = v128.or(i8x16.swizzle(lowerOf, size), v128.andnot(v128.and(i16x8.shl(size, left), lowBits), small))
        const eight = v128.shuffle<i8>(low, high, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
        const more = v128.shuffle<i8>(low, high, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
        const a = v128.shuffle<i16>(none, eight, 0, 8, 1, 9, 2, 10, 3, 11)
        const ma = f32x4.pmin(f32x4.add(f32x4.add(f32x4.mul(a, inverse), part), base), last)
        // How many steps from 0.
        const na = f32x4.sub(f32x4.sub(ma, base), part)
        products = f32x4.add(products, f32x4.mul(a, na))
        squares = f32x4.add(squares, f32x4.mul(na, na))
        const da = f32x4.sub(a, f32x4.mul(na, step))
        const ea = f32x4.mul(da, da)
        largest = f32x4.pmax(largest, ea)
        const b = v128.shuffle<i16>(none, eight, 4, 12, 5, 13, 6, 14, 7, 15)
        const mb = f32x4.pmin(f32x4.add(f32x4.add(f32x4.mul(b, inverse), part), base), last)
        const nb = f32x4.sub(f32x4.sub(mb, base), part)
        products = f32x4.add(products, f32x4.mul(b, nb))
        squares = f32x4.add(squares, f32x4.mul(nb, nb))
        const db = f32x4.sub(b, f32x4.mul(nb, step))
        const eb = f32x4.mul(db, db)
        largest = f32x4.pmax(largest, eb)
        const ab = i16x8.narrow_i32x4_u(v128.and(ma, byte), v128.and(mb, byte))
        const two = f32x4.add(ea, eb)
        const c = v128.shuffle<i16>(none, more, 0, 8, 1, 9, 2, 10, 3, 11)
        const mc = f32x4.pmin(f32x4.add(f32x4.add(f32x4.mul(c, inverse), part), base), last)
        const nc = f32x4.sub(f32x4.sub(mc, base), part)
        products = f32x4.add(products, f32x4.mul(c, nc))
        squares = f32x4.add(squares, f32x4.mul(nc, nc))
        const dc = f32x4.sub(c, f32x4.mul(nc, step))
        const ec = f32x4.mul(dc, dc)
        largest = f32x4.pmax(largest, ec)
        const d = v128.shuffle<i16>(none, more, 4, 12, 5, 13, 6, 14, 7, 15)
        const md = f32x4.pmin(f32x4.add(f32x4.add(f32x4.mul(d, inverse), part), base), last)
        const nd = f32x4.sub(f32x4.sub(md, base), part)
        products = f32x4.add(products, f32x4.mul(d, nd))
        squares = f32x4.add(squares, f32x4.mul(nd, nd))
        const dd = f32x4.sub(d, f32x4.mul(nd, step))
        const ed = f32x4.mul(dd, dd)
        largest = f32x4.pmax(largest, ed)
        const four = f32x4.add(two, f32x4.add(ec, ed))
        errors0 = f64x2.add(errors0, f64x2.promote_low_f32x4(four))
        errors1 = f64x2.add(errors1, f64x2.promote_low_f32x4(v128.shuffle<f32>(four, four, 2, 3, 2, 3)))
        const bytes = i8x16.narrow_i16x8_u(ab, i16x8.narrow_i32x4_u(v128.and(mc, byte), v128.and(md, byte)))
        if (bits === 4) {
          const pairs = v128.and(v128.or(bytes, i16x8.shr_u(bytes, 4)), lowBytes)
          v128.store64_lane(out, i8x16.narrow_i16x8_u(pairs, pairs), 0)
          out += 8
        } else {
          v128.store(out, bytes)
          out += 16
        }
      }
      if (bits !== 4 && bits < 8) pack(scratch, dim, bits, codes)
      const s = <f64>scale
      const errors = f64x2.add(errors0, errors1)
      const ee = f64x2.extract_lane(errors, 0) + f64x2.extract_lane(errors, 1)
      const ab = s * sum4(products)
      const bb = s * s * sum4(squares)
      // ‖a − b‖² = ‖a‖² − 2 a · b + ‖b‖²
      store<f64>(sums, ee + 2 * ab - bb)
      store<f64>(sums, bb, 8)
      store<f64>(sums, ab, 16)
      store<f64>(sums, ee, 24)
      const most = f32x4.pmax(largest, v128.shuffle<f32>(largest, largest, 2, 3, 2, 3))
      store<f64>(sums, sqrt(<f64>max(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1))), 32)
    } else {
      eightBits(x, dim, fraction, bias, infinity, nan, upper, lower, values)
      encodeRow(values, dim, dim, scales, zero, top, own)
      if (bits < 8) pack(scratch, dim, bits, codes)
      decodeRow(own, dim, dim, scales, zero, decoded)
      compareRow(values, decoded, dim, sums)
      x = end
    }
    scales += 4
    quick += 4
    codes += rowBytes
    sums += 40
  }
}
