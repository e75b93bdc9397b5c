// Uniform quantization: `x / scale + zero`, rounded half to even and held within the codes, in float64: in float32 where that
// comes to the same code for certain.

import { pack } from './pack'

/** Adding it rounds a float64 of magnitude below 2^51 to an integer, half to even, and leaves it in the low bits. */
const rounder: f64 = 6755399441055744

/** The same for a float32 from 0 to 2^22. */
const rounder32: f32 = 8388608

/** How far from an integer a place may be that float32 tells for certain, where it is off by less than 1e-4. */
const certain: f32 = 0.4999

/**
 * Whether float32, with the inverse of the scale, has the places of a grid of up to 256 codes to within 1e-4: the quotient is at most
 * 512 and off by 2^-23 of that, its sum with the zero by 2^-24 of 256.
 */
function isPlain(scale: f32, zero: f32): bool {
  return scale > <f32>1e-36 && scale < <f32>1e36 && abs(zero) <= 256
}

/**
 * `x` is `rows × dim` float32; `scales` and `zeros` hold `⌈dim / groupSize⌉` float32 for each row, or for all rows with
 * `shared`. `codes` gets each row as a stream of `bits` (1 to 8) a code that begins on a byte. `scratch` has room for
 * `dim + 8` bytes, `codes` for 8 bytes more than it gets.
 */
export function encode(
  x: usize,
  rows: u32,
  dim: u32,
  bits: u32,
  groupSize: u32,
  scales: usize,
  zeros: usize,
  shared: bool,
  codes: usize,
  scratch: usize
): void {
  const top = <f64>((1 << bits) - 1)
  const groups = (dim + groupSize - 1) / groupSize
  const stride: usize = shared ? 0 : (<usize>groups) << 2
  const rowBytes = (dim * bits + 7) >> 3
  for (let row: u32 = 0; row < rows; row++) {
    encodeRow(x, dim, groupSize, scales, zeros, top, bits === 8 ? codes : scratch)
    if (bits < 8) pack(scratch, dim, bits, codes)
    x += (<usize>dim) << 2
    scales += stride
    zeros += stride
    codes += rowBytes
  }
}

/** Writes the codes of one row, a byte each. */
export function encodeRow(x: usize, dim: u32, groupSize: u32, scales: usize, zeros: usize, top: f64, out: usize): void {
  if (groupSize === 1) {
    encodeEach(x, dim, scales, zeros, top, out)
    return
  }
  for (let column: u32 = 0, g: usize = 0; column < dim; column += groupSize, g += 4) {
    const size = min(groupSize, dim - column)
    encodeRun(x + ((<usize>column) << 2), size, load<f32>(scales + g), load<f32>(zeros + g), top, out + column)
  }
}

/** Two values, rounded: the codes are the low bits of the lanes. */
function place(x: v128, scale: v128, zero: v128, top: v128): v128 {
  const at = f64x2.add(f64x2.div(x, scale), zero)
  return f64x2.add(f64x2.pmin(f64x2.pmax(at, f64x2.splat(0)), top), f64x2.splat(rounder))
}

function low(x: v128): v128 {
  return f64x2.promote_low_f32x4(x)
}
function high(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<f32>(x, x, 2, 3, 2, 3))
}

/** Four places in float32, held within the codes. */
function place32(x: v128, inverse: v128, zero: v128, top: v128): v128 {
  return f32x4.pmin(f32x4.pmax(f32x4.add(f32x4.mul(x, inverse), zero), f32x4.splat(0)), top)
}

/** All ones in the lanes whose place rounds to the same code in float64; `rounded` is the place plus `rounder32`. */
function isCertain(at: v128, rounded: v128): v128 {
  const off = f32x4.abs(f32x4.sub(at, f32x4.sub(rounded, f32x4.splat(rounder32))))
  return f32x4.le(off, f32x4.splat(certain))
}

/** Writes `size` codes of one grid. */
function encodeRun(x: usize, size: u32, scale: f32, zero: f32, top: f64, out: usize): void {
  if (scale === 0) {
    memory.fill(out, <u8>min(max(ceil(zero), 0), <f32>top), size)
    return
  }
  const s = f64x2.splat(<f64>scale)
  const z = f64x2.splat(<f64>zero)
  const t = f64x2.splat(top)
  const plain = isPlain(scale, zero)
  const inverse = f32x4.splat(1 / scale)
  const zero32 = f32x4.splat(zero)
  const top32 = f32x4.splat(<f32>top)
  const bytes = i32x4.splat(0xff)
  const whole = out + (size & ~7)
  const end = out + size
  while (out < whole) {
    const a = v128.load(x)
    const b = v128.load(x, 16)
    if (plain) {
      const p = place32(a, inverse, zero32, top32)
      const q = place32(b, inverse, zero32, top32)
      const m = f32x4.add(p, f32x4.splat(rounder32))
      const n = f32x4.add(q, f32x4.splat(rounder32))
      if (i32x4.all_true(v128.and(isCertain(p, m), isCertain(q, n)))) {
        const words = i16x8.narrow_i32x4_u(v128.and(m, bytes), v128.and(n, bytes))
        v128.store64_lane(out, i8x16.narrow_i16x8_u(words, words), 0)
        x += 32
        out += 8
        continue
      }
    }
    const first = v128.shuffle<i32>(place(low(a), s, z, t), place(high(a), s, z, t), 0, 2, 4, 6)
    const second = v128.shuffle<i32>(place(low(b), s, z, t), place(high(b), s, z, t), 0, 2, 4, 6)
    const words = i16x8.narrow_i32x4_u(first, second)
    v128.store64_lane(out, i8x16.narrow_i16x8_u(words, words), 0)
    x += 32
    out += 8
  }
  while (out < end) {
    store<u8>(out, i8x16.extract_lane_u(place(f64x2.splat(<f64>load<f32>(x)), s, z, t), 0))
    x += 4
    out++
  }
}

/** Writes the codes of a row whose columns have their own grids. */
function encodeEach(x: usize, dim: u32, scales: usize, zeros: usize, top: f64, out: usize): void {
  const t = f64x2.splat(top)
  for (let j: u32 = 0; j < dim; j++) {
    const at = (<usize>j) << 2
    const scale = <f64>load<f32>(scales + at)
    const zero = <f64>load<f32>(zeros + at)
    const none = scale === 0
    // 0 / 1 + ⌈zero⌉ where the scale of 0 stands for zeros.
    const value = none ? 0 : <f64>load<f32>(x + at)
    const code = place(f64x2.splat(value), f64x2.splat(none ? 1 : scale), f64x2.splat(none ? ceil(zero) : zero), t)
    store<u8>(out + j, i8x16.extract_lane_u(code, 0))
  }
}
