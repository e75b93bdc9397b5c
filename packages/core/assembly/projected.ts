// Rows that are projected, quantized, and compared with what a product makes of their codes, while they are in the processor's nearest caches.

import { compareRow } from './compare'
import { decodeRow } from './decode'
import { encodeRow } from './encode'
import { multiplyTwo } from './multiply'
import { pack } from './pack'
import { range } from './ranges'

/** Bytes of a row of `count` float32 that has room for whole panels. */
function paddedBytes(count: u32): usize {
  return (<usize>((count + 15) & ~15)) << 2
}

/**
 * `y` gets the products of `rows` rows of `dim` float32 and the `dim × width` matrix in `panels`, 16 columns at a time, zeros beyond the last: rows of whole
 * panels. `mins` and `maxs` get the ends of each row of products, as `ranges` has them.
 */
export function projectRows(
  x: usize,
  rows: u32,
  dim: u32,
  panels: usize,
  width: u32,
  y: usize,
  mins: usize,
  maxs: usize
): void {
  const step = paddedBytes(width)
  const end = panels + step * dim
  const rowBytes = (<usize>dim) << 2
  for (let row: u32 = 0; row < rows; row += 2) {
    const two = row + 1 < rows
    multiplyTwo(x, two ? rowBytes : 0, dim, panels, end, y, two ? step : 0)
    range(y, width, mins, maxs)
    if (two) range(y + step, width, mins + 4, maxs + 4)
    x += 2 * rowBytes
    y += 2 * step
    mins += 8
    maxs += 8
  }
}

/**
 * Quantizes rows `y` of `width` values as `projectRows` has them, with a scale each, and compares rows `x` of `dim` values with the products of what their codes mean and the
 * `width × dim` matrix in `panels`: `sums` gets those of `compare`. `scratch` has room for four rows and 16 values of whole panels of the longer side, aligned to
 * 16, `codes` for 8 bytes more than it gets.
 */
export function quantizeProjected(
  x: usize,
  y: usize,
  rows: u32,
  dim: u32,
  width: u32,
  bits: u32,
  scales: usize,
  zero: usize,
  panels: usize,
  codes: usize,
  scratch: usize,
  sums: usize
): void {
  const step = paddedBytes(width)
  const outStep = paddedBytes(dim)
  const end = panels + outStep * width
  const values = scratch + 64 + (step >> 2)
  const products = values + 2 * step
  const rowBytes = (<usize>dim) << 2
  const codeBytes: usize = (width * bits + 7) >> 3
  // Values beyond a row are 0: so many are done at once that none is left over.
  const whole = (width + 7) & ~7
  const top = <f64>((1 << bits) - 1)
  for (let row: u32 = 0; row < rows; row += 2) {
    const count: u32 = min(2, rows - row)
    for (let i: u32 = 0; i < count; i++) {
      encodeRow(y, whole, whole, scales, zero, top, scratch)
      decodeRow(scratch, whole, whole, scales, zero, values + i * step)
      if (bits < 8) pack(scratch, width, bits, codes)
      else memory.copy(codes, scratch, width)
      y += step
      scales += 4
      codes += codeBytes
    }
    multiplyTwo(values, count > 1 ? step : 0, width, panels, end, products, count > 1 ? outStep : 0)
    for (let i: u32 = 0; i < count; i++) {
      compareRow(x, products + i * outStep, dim, sums)
      x += rowBytes
      sums += 40
    }
  }
}
