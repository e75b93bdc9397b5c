// Uniform quantization: `x / scale + zero`, rounded half to even and held within the codes, in float64.

import { pack } from './pack'

/** Adding it rounds a float64 of magnitude below 2^51 to an integer, half to even, and leaves it in the low bits. */
const rounder: f64 = 6755399441055744

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
    const out = bits === 8 ? codes : scratch
    if (groupSize === 1) encodeEach(x, dim, scales, zeros, top, out)
    else {
      for (let column: u32 = 0, g: usize = 0; column < dim; column += groupSize, g += 4) {
        const size = min(groupSize, dim - column)
        encodeRun(x + ((<usize>column) << 2), size, load<f32>(scales + g), load<f32>(zeros + g), top, out + column)
      }
    }
    if (bits < 8) pack(scratch, dim, bits, codes)
    x += (<usize>dim) << 2
    scales += stride
    zeros += stride
    codes += rowBytes
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

/** Writes `size` codes of one grid. */
function encodeRun(x: usize, size: u32, scale: f32, zero: f32, top: f64, out: usize): void {
  if (scale === 0) {
    memory.fill(out, <u8>min(max(ceil(zero), 0), <f32>top), size)
    return
  }
  const s = f64x2.splat(<f64>scale)
  const z = f64x2.splat(<f64>zero)
  const t = f64x2.splat(top)
  const whole = out + (size & ~7)
  const end = out + size
  while (out < whole) {
    const a = v128.load(x)
    const b = v128.load(x, 16)
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
