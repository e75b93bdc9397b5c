import type { QuantizedOptions, RowGrids } from '@slimbed/core'

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
  /** Whether a `zero` is stored with each scale; otherwise it is `top / 2`, the middle of the range. */
  readonly affine: boolean
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
  weights: Float32Array,
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

/** Room for `count` grids; the zeros of those that are not affine are all `top / 2`. */
export const createGrids = (count: number, { affine, top }: GridShape): RowGrids => ({
  scale: new Float32Array(count),
  zero: affine ? new Float32Array(count) : top / 2
})

/** The options of the quantized table except its grids. */
export const optionsOf = (
  { groupSize }: Layout,
  { bits, top, affine, half }: GridShape
): Omit<QuantizedOptions, 'grids'> => ({ bits, groupSize, half, ...(!affine && { zero: top / 2 }) })
