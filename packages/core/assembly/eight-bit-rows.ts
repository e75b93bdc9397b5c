// Rows of floats of 8 bits, quantized and compared without a float32 of theirs leaving the processor: all sums are exact, in any order.

import { compareRow } from './compare'
import { decodeRow } from './decode'
import { eightBits } from './eight-bits'
import { encodeRow } from './encode'
import { pack } from './pack'

/** Where a grid's numbers lie, as `src/tensor/kernels/eight-bit-grids.ts` writes them. */
const isExactAt: usize = 4
const unitsAt: usize = 8
const unitAt: usize = 16
const powersAt: usize = 32
const treeAt: usize = 64
const codesAt: usize = 80

/** Columns whose sums of products of integers fit 32 bits. */
const mostColumns: usize = 1024

/** Codes of this many bits are looked up, of fewer searched. */
const mostSearched: u32 = 4

/**
 * The grid of each row of `dim` codes, a multiple of 16: the later one of the two that `ranks`, 256 bytes, has for its ends: the largest code without a
 * sign, and with one the largest magnitude. `grids` has `gridBytes` for each, which begin with the scale.
 */
export function endsOfEightBits(
  x: usize,
  rows: u32,
  dim: u32,
  ranks: usize,
  grids: usize,
  gridBytes: usize,
  rankOut: usize,
  scaleOut: usize
): void {
  for (let row: u32 = 0; row < rows; row++) {
    let positive = v128.load(x)
    let negative = positive
    const end = x + dim
    for (x += 16; x < end; x += 16) {
      const code = v128.load(x)
      positive = i8x16.max_s(positive, code)
      negative = i8x16.max_u(negative, code)
    }
    // All with a sign, or none with one: then both are the same code.
    positive = v128.xor(positive, i8x16.splat(-128))
    let most = i8x16.max_u(v128.shuffle<i64>(positive, negative, 0, 2), v128.shuffle<i64>(positive, negative, 1, 3))
    most = i8x16.max_u(most, v128.shuffle<i32>(most, most, 1, 0, 3, 2))
    most = i8x16.max_u(most, i64x2.shr_u(most, 16))
    most = i8x16.max_u(most, i64x2.shr_u(most, 8))
    const p: usize = i8x16.extract_lane_u(most, 0) ^ 128
    const n: usize = i8x16.extract_lane_u(most, 8)
    const rank = max(load<u8>(ranks + p), load<u8>(ranks + n))
    store<u8>(rankOut++, rank)
    store<f32>(scaleOut, load<f32>(grids + <usize>rank * gridBytes))
    scaleOut += 4
  }
}

/**
 * A constant, by way of memory: compilers of WebAssembly would make it anew, of several instructions, wherever it is used.
 */
function kept(x: v128, at: usize): v128 {
  v128.store(at, x)
  return v128.load(at)
}

/** The sums of four integers each of two: of the first, then of the second. */
function sums4(x: v128, y: v128): v128 {
  const two = i32x4.add(v128.shuffle<i32>(x, y, 0, 4, 1, 5), v128.shuffle<i32>(x, y, 2, 6, 3, 7))
  return i32x4.add(two, v128.shuffle<i64>(two, two, 1, 0))
}

/**
 * `quantize` of rows of `dim` floats of 8 bits as `eightBits` has them, a multiple of 16, with one scale a row, of which `ranks` and `scales` are those of `endsOfEightBits`.
 * Where a grid says that this is exact, all is done in integers of 16 bits, modulo 2^16 where errors are what is left: they fit. `zero` is a multiple of a half.
 * `scratch` has room for `9 · dim + 256` bytes, aligned to 16.
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
  ranks: usize,
  scales: usize,
  grids: usize,
  gridBytes: usize,
  zero: usize,
  codes: usize,
  scratch: usize,
  sums: usize
): void {
  const rowBytes: usize = (dim * bits + 7) >> 3
  const top = <f64>((1 << bits) - 1)
  const threeBits = fraction === 3
  const none = kept(i8x16.splat(0), scratch)
  const sevenBits = kept(i8x16.splat(127), scratch)
  const upperBits = kept(i8x16.splat(<i8>(127 & ((<i32>255) << fraction))), scratch)
  const one = kept(i8x16.splat(<i8>((<i32>1) << fraction)), scratch)
  const two = kept(i8x16.splat(2), scratch)
  const sixteen = kept(i8x16.splat(16), scratch)
  const lowBytes = kept(i16x8.splat(255), scratch)
  const zeros = kept(i16x8.splat(<i16>(2 * load<f32>(zero))), scratch)
  const levels = scratch
  const values = scratch + ((<usize>dim + 31) & ~15)
  const decoded = values + ((<usize>dim) << 2)
  for (let row: u32 = 0; row < rows; row++) {
    const grid = grids + <usize>load<u8>(ranks) * gridBytes
    const own = bits === 8 ? codes : levels
    const end = x + dim
    if (load<i32>(grid, isExactAt) !== 0) {
      if (bits > mostSearched) {
        for (let j: usize = 0; j < <usize>dim; j++) store<u8>(own + j, load<u8>(grid + load<u8>(x + j), codesAt))
      } else {
        const tree = v128.load(grid, treeAt)
        const root = i8x16.splat(load<i8>(grid, treeAt + 1))
        let out = codes
        for (let y = x, level = levels; y < end; y += 16, level += 16) {
          const code = v128.load(y)
          // In the order of the values.
          const key = v128.xor(code, v128.and(i8x16.lt_s(code, none), sevenBits))
          let node = i8x16.sub(two, i8x16.gt_s(key, root))
          node = i8x16.sub(i8x16.add(node, node), i8x16.gt_s(key, i8x16.swizzle(tree, node)))
          node = i8x16.sub(i8x16.add(node, node), i8x16.gt_s(key, i8x16.swizzle(tree, node)))
          node = i8x16.sub(i8x16.add(node, node), i8x16.gt_s(key, i8x16.swizzle(tree, node)))
          node = i8x16.sub(node, sixteen)
          v128.store(level, node)
          if (bits === 4) {
            const pairs = v128.and(v128.or(node, i16x8.shr_u(node, 4)), lowBytes)
            v128.store64_lane(out, i8x16.narrow_i16x8_u(pairs, pairs), 0)
            out += 8
          }
        }
      }
      const half = i16x8.splat(<i16>load<i32>(grid, unitsAt))
      const lowPowers = v128.load(grid, powersAt)
      const highPowers = v128.load(grid, powersAt + 16)
      let level = own
      let largest = none
      // Of squares of errors and products of them with steps from 0, of squares of steps.
      let first = f64x2.splat(0)
      let second: f64 = 0
      while (x < end) {
        let squares = i32x4.splat(0)
        let products = squares
        let steps = squares
        for (const last = min(end, x + mostColumns); x < last; x += 16, level += 16) {
          const code = v128.load(x)
          const negative = i8x16.lt_s(code, none)
          const beyond = i8x16.sub_sat_u(v128.and(code, upperBits), one)
          const size = i8x16.sub(v128.and(code, sevenBits), beyond)
          const mantissa = i8x16.sub(v128.xor(size, negative), negative)
          const exponent = threeBits ? i16x8.shr_u(beyond, 3) : i16x8.shr_u(beyond, 2)
          const p = i8x16.swizzle(lowPowers, exponent)
          const q = i8x16.swizzle(highPowers, exponent)
          const step = v128.load(level)
          const m = i16x8.extend_low_i8x16_u(step)
          const na = i16x8.sub(i16x8.add(m, m), zeros)
          const a = i16x8.mul(
            i16x8.extend_low_i8x16_s(mantissa),
            v128.shuffle<i8>(p, q, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
          )
          const ea = i16x8.sub(a, i16x8.mul(na, half))
          squares = i32x4.add(squares, i32x4.dot_i16x8_s(ea, ea))
          products = i32x4.add(products, i32x4.dot_i16x8_s(ea, na))
          steps = i32x4.add(steps, i32x4.dot_i16x8_s(na, na))
          largest = i16x8.max_s(largest, i16x8.abs(ea))
          const n = i16x8.extend_high_i8x16_u(step)
          const nb = i16x8.sub(i16x8.add(n, n), zeros)
          const b = i16x8.mul(
            i16x8.extend_high_i8x16_s(mantissa),
            v128.shuffle<i8>(p, q, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
          )
          const eb = i16x8.sub(b, i16x8.mul(nb, half))
          squares = i32x4.add(squares, i32x4.dot_i16x8_s(eb, eb))
          products = i32x4.add(products, i32x4.dot_i16x8_s(eb, nb))
          steps = i32x4.add(steps, i32x4.dot_i16x8_s(nb, nb))
          largest = i16x8.max_s(largest, i16x8.abs(eb))
        }
        first = f64x2.add(first, f64x2.convert_low_i32x4_s(sums4(squares, products)))
        second += <f64>i32x4.extract_lane(sums4(steps, steps), 0)
      }
      if (bits !== 4 && bits < 8) pack(levels, dim, bits, codes)
      const unit = load<f64>(grid, unitAt)
      const units = <f64>load<i32>(grid, unitsAt)
      const square = unit * unit
      // a = e + n s for each value, its error and its step: ‖a‖² = Σ e² + 2 s Σ e n + s² Σ n²
      const ee = f64x2.extract_lane(first, 0)
      const en = units * f64x2.extract_lane(first, 1)
      const bb = units * units * second
      store<f64>(sums, (ee + 2 * en + bb) * square)
      store<f64>(sums, bb * square, 8)
      store<f64>(sums, (en + bb) * square, 16)
      store<f64>(sums, ee * square, 24)
      largest = i16x8.max_s(largest, v128.shuffle<i64>(largest, largest, 1, 0))
      largest = i16x8.max_s(largest, v128.shuffle<i32>(largest, largest, 1, 0, 3, 2))
      const most = max(i16x8.extract_lane_s(largest, 0), i16x8.extract_lane_s(largest, 1))
      store<f64>(sums, unit * <f64>most, 32)
    } else {
      eightBits(x, dim, fraction, bias, infinity, nan, upper, lower, values)
      encodeRow(values, dim, dim, scales, zero, top, own)
      if (bits < 8) pack(levels, dim, bits, codes)
      decodeRow(own, dim, dim, scales, zero, decoded)
      compareRow(values, decoded, dim, sums)
      x = end
    }
    ranks++
    scales += 4
    codes += rowBytes
    sums += 40
  }
}
