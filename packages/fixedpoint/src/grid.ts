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
 * The sum of squared errors of `count` values from `x[at]` on under a grid, without rounding of the result.
 * The codes are those that `encode` gives.
 */
export function squaredError(x: Float32Array, at: number, count: number, top: number, { scale, zero }: Grid): number {
  let sum = 0
  if (scale === 0) {
    for (let i = at; i < at + count; i++) sum += x[i]! * x[i]!
    return sum
  }
  const rate = 1 / scale
  for (let i = at; i < at + count; i++) {
    const value = x[i]!
    const code = Math.floor(Math.min(Math.max(value * rate + zero + 0.5, 0), top))
    const error = value - (code - zero) * scale
    sum += error * error
  }
  return sum
}
