import type { Grid } from './grid.js'
import type { Range } from './range.js'

/** Where codes are written: bytes up to 8 bits, 16-bit words above. */
export type Codes = Uint8Array | Uint16Array

/** Adding and subtracting it rounds a float64 of magnitude below 2^51 to an integer, half to even. */
const rounder = 1.5 * 2 ** 52

/** Whether no value of the range comes near a code outside `0 … top`, so that `encode` need not hold them back. */
export const isCovered = ({ min, max }: Range, { scale, zero }: Grid, top: number): boolean =>
  min / scale + zero > -0.25 && max / scale + zero < top + 0.25

/**
 * Writes the codes of `count` values from `x[at]` on to `codes[to]` on: `x / scale + zero`, rounded half to even and
 * held within `0 … top` unless all are known to be `covered`. A scale of 0 stands for zeros: the code is then the first
 * not below `zero`.
 */
export function encode(
  x: Float32Array,
  at: number,
  count: number,
  top: number,
  { scale, zero }: Grid,
  covered: boolean,
  codes: Codes,
  to: number
): void {
  if (scale === 0) {
    codes.fill(Math.ceil(zero), to, to + count)
  } else if (covered) {
    for (let i = 0; i < count; i++) codes[to + i] = x[at + i]! / scale + zero + rounder - rounder
  } else {
    for (let i = 0; i < count; i++) {
      codes[to + i] = Math.min(Math.max(x[at + i]! / scale + zero, 0), top) + rounder - rounder
    }
  }
}

/** The same for `count` rows, whose columns have their own grids. */
export function encodeColumns(
  x: Float32Array,
  count: number,
  top: number,
  grids: readonly Grid[],
  codes: Codes,
  to: number
): void {
  const dim = grids.length
  // A scale of 0 stands for zeros, which become the same code by any other.
  const scales = Float64Array.from(grids, ({ scale }) => scale || 1)
  const zeros = Float64Array.from(grids, ({ scale, zero }) => (scale === 0 ? Math.ceil(zero) : zero))
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < dim; j++) {
      const place = x[i * dim + j]! / scales[j]! + zeros[j]!
      codes[to + i * dim + j] = Math.min(Math.max(place, 0), top) + rounder - rounder
    }
  }
}
