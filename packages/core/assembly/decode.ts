// `(code − zero) · scale`, computed in float64 and rounded to float32.

import { unpack } from './pack'

/**
 * The reverse of `encode`, with the same arrays: `codes` of 1 to 8 bits become `rows × dim` float32 in `out`. Up to 8 bytes
 * after `codes` are read; `scratch` has room for `dim + 8` bytes.
 */
export function decode(
  codes: usize,
  rows: u32,
  dim: u32,
  bits: u32,
  groupSize: u32,
  scales: usize,
  zeros: usize,
  shared: bool,
  out: usize,
  scratch: usize
): void {
  const groups = (dim + groupSize - 1) / groupSize
  const stride: usize = shared ? 0 : (<usize>groups) << 2
  const rowBytes = (dim * bits + 7) >> 3
  for (let row: u32 = 0; row < rows; row++) {
    if (bits < 8) unpack(codes, dim, bits, scratch)
    decodeRow(bits === 8 ? codes : scratch, dim, groupSize, scales, zeros, out)
    codes += rowBytes
    scales += stride
    zeros += stride
    out += (<usize>dim) << 2
  }
}

/** Writes the values of one row of codes, a byte each. */
export function decodeRow(codes: usize, dim: u32, groupSize: u32, scales: usize, zeros: usize, out: usize): void {
  for (let column: u32 = 0, g: usize = 0; column < dim; column += groupSize, g += 4) {
    const size = min(groupSize, dim - column)
    decodeRun(codes + column, size, load<f32>(scales + g), load<f32>(zeros + g), out + ((<usize>column) << 2))
  }
}

/** Whether float32 holds the difference of any code and a zero: the product with the scale then rounds once, as in float64. */
function isExact(zero: f32): bool {
  return abs(zero) <= 4096 && zero * 1024 === floor(zero * 1024)
}

/** The values of two codes, given as the low two of four integers; they are the low two of the result. */
function value(codes: v128, zero: v128, scale: v128): v128 {
  return f32x4.demote_f64x2_zero(f64x2.mul(f64x2.sub(f64x2.convert_low_i32x4_u(codes), zero), scale))
}

/** Writes the values of `size` codes of one grid. */
function decodeRun(codes: usize, size: u32, scale: f32, zero: f32, out: usize): void {
  const s = f64x2.splat(<f64>scale)
  const z = f64x2.splat(<f64>zero)
  const whole = codes + (size & ~3)
  const end = codes + size
  if (isExact(zero)) {
    const scale32 = f32x4.splat(scale)
    const zero32 = f32x4.splat(zero)
    while (codes < whole) {
      const four = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(codes)))
      v128.store(out, f32x4.mul(f32x4.sub(f32x4.convert_i32x4_u(four), zero32), scale32))
      codes += 4
      out += 16
    }
  }
  while (codes < whole) {
    const four = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(codes)))
    const two = v128.shuffle<i32>(four, four, 2, 3, 2, 3)
    v128.store(out, v128.shuffle<f32>(value(four, z, s), value(two, z, s), 0, 1, 4, 5))
    codes += 4
    out += 16
  }
  while (codes < end) {
    store<f32>(out, <f32>((<f64>load<u8>(codes) - <f64>zero) * <f64>scale))
    codes++
    out += 4
  }
}
