import type { QuantizedOptions, RowGrids } from '@slimbed/core/quantize'

/** A uniform grid: code c, 0 to 2^bits − 1, stands for `(c − zero) · scale`. */
export interface Grid {
  scale: number
  zero: number
}

/** What is common to all grids of a table. */
export interface GridShape {
  readonly bits: number
  /** The largest code, `2^bits − 1`. */
  readonly top: number
  /** Whether a `zero` is stored with each scale; otherwise all grids have the zero `middle`. */
  readonly affine: boolean
  /** `top / 2`, where 0 lies between two levels (mid-rise), or `(top + 1) / 2`, where it is a level. */
  readonly middle: number
  /** Whether an affine grid must have a level at 0. */
  readonly level: boolean
  /** Whether scale and zero are kept as float16 where their values allow it, otherwise as float32. */
  readonly half: boolean
}

/**
 * The weighted sum of squared errors of `count` values from `x[at]` on, quantized with a grid (decoded without rounding).
 * The weights start at `weights[from]`, `step` apart; with `step` 0 all values have the same weight.
 */
export function squaredError(
  x: Float32Array,
  at: number,
  count: number,
  weights: Float32Array | Float64Array,
  from: number,
  step: number,
  top: number,
  { scale, zero }: Grid
): number {
  const rate = scale === 0 ? 0 : 1 / scale
  let sum = 0
  for (let i = 0; i < count; i++) {
    const value = x[at + i]
    const code = Math.floor(Math.min(Math.max(value * rate + zero + 0.5, 0), top))
    const error = value - (code - zero) * scale
    sum += weights[from + i * step] * error * error
  }
  return sum
}

/** Which values share a grid: `groupSize` consecutive columns, of one row or of all. */
export interface Layout {
  readonly rows: number
  readonly dim: number
  readonly groupSize: number
  /** `⌈dim / groupSize⌉`. */
  readonly groups: number
}

/** Room for `count` grids; those that are not affine share their zero. */
export const createGrids = (count: number, { affine, middle }: GridShape): RowGrids => ({
  scale: new Float32Array(count),
  zero: affine ? new Float32Array(count) : middle
})

/** The options of the quantized table except its grids. */
export const optionsOf = (
  { groupSize }: Layout,
  { bits, middle, affine, half }: GridShape
): Omit<QuantizedOptions, 'grids'> => ({ bits, groupSize, half, ...(!affine && { zero: middle }) })
