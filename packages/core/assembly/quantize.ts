// Quantizing rows and comparing them with what they become, while they are in the processor's nearest cache.

import { compareRow } from './compare'
import { decodeRow } from './decode'
import { encodeRow } from './encode'
import { pack } from './pack'

/**
 * `encode`, and in `sums` the five sums of `compare` of each row and of what `decode` makes of its codes. `scratch` has room for
 * `5 · dim + 24` bytes: a row of codes and, aligned to 16, one of values; `codes` for 8 bytes more than it gets.
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
  const top = <f64>((1 << bits) - 1)
  const rowFloats = (<usize>dim) << 2
  for (let row: u32 = 0; row < rows; row++) {
    // A row that was packed need not be unpacked.
    const own = bits === 8 ? codes : scratch
    encodeRow(x, dim, groupSize, scales, zeros, top, own)
    if (bits < 8) pack(scratch, dim, bits, codes)
    decodeRow(own, dim, groupSize, scales, zeros, values)
    compareRow(x, values, dim, sums)
    x += rowFloats
    scales += stride
    zeros += stride
    codes += rowBytes
    sums += 40
  }
}
