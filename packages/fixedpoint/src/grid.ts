import type { QuantizedOptions, RowGrids } from '@slimbed/core'

/** A uniform grid: code c, 0 to 2^bits − 1, stands for `(c − zero) · scale`. */
export interface Grid {
  scale: number
  zero: number
}

/** What a grid may be. */
export interface GridShape {
  readonly bits: number
  /** The largest code, `2^bits − 1`. */
  readonly top: number
  /** Whether `zero` is stored beside the scale; otherwise it is `top / 2`, the middle of the range. */
  readonly affine: boolean
  /** Whether scale and zero are kept as float16 where their values allow it, otherwise as float32. */
  readonly half: boolean
}

/**
 * The squared errors, summed by weight, of `count` values from `x[at]` on under a grid, whose results are not rounded.
 * The weights are those from `weights[from]` on, `step` apart: 0 for one weight of all.
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

/** What is known of the table before its grids are. */
export const optionsOf = (
  { groupSize }: Layout,
  { bits, top, affine, half }: GridShape
): Omit<QuantizedOptions, 'grids'> => ({ bits, groupSize, half, ...(!affine && { zero: top / 2 }) })
