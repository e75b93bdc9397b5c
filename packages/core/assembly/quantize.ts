// Quantizing rows and comparing them with what they become, while they are in the processor's nearest cache.

import { compare } from './compare'
import { decode } from './decode'
import { encode } from './encode'

/** Rows at a time. */
const step: u32 = 8

/**
 * `encode`, and in `sums` the five sums of `compare` of each row and of what `decode` makes of its codes. `scratch` has room for
 * `33 · dim + 24` bytes: a row of codes and, aligned to 16, `step` rows of values; `codes` for 8 bytes more than it gets.
 */
export function quantize(
  x: usize,
  rows: u32,
  dim: u32,
  bits: u32,
  groupSize: u32,
  scales: usize,
  zeros: usize,
  shared: bool,
  codes: usize,
  scratch: usize,
  sums: usize
): void {
  const groups = (dim + groupSize - 1) / groupSize
  const stride: usize = shared ? 0 : (<usize>groups) << 2
  const rowBytes: usize = (dim * bits + 7) >> 3
  const values = (scratch + dim + 8 + 15) & ~15
  for (let row: u32 = 0; row < rows; row += step) {
    const count = min(step, rows - row)
    encode(x, count, dim, bits, groupSize, scales, zeros, shared, codes, scratch)
    decode(codes, count, dim, bits, groupSize, scales, zeros, shared, values, scratch)
    compare(x, values, count, dim, sums)
    x += (<usize>(count * dim)) << 2
    scales += stride * count
    zeros += stride * count
    codes += rowBytes * count
    sums += 40 * count
  }
}
