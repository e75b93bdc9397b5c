/** A weighted sample of numbers: what a scale is fitted to. Only the first `count` elements of each array count. */
export interface Points {
  count: number
  readonly values: Float64Array
  /** Not negative. */
  readonly weights: Float64Array
}

/** Room for `capacity` points of weight 1. */
export const createPoints = (capacity: number): Points => ({
  count: 0,
  values: new Float64Array(capacity),
  weights: new Float64Array(capacity).fill(1)
})

/** Adds `shift` to every value. */
export function shiftPoints({ count, values }: Points, shift: number): void {
  for (let i = 0; i < count; i++) values[i] = values[i]! + shift
}

/** `Σ w x²`. */
export function sumOfSquares({ count, values, weights }: Points): number {
  let sum = 0
  for (let i = 0; i < count; i++) sum += weights[i]! * values[i]! * values[i]!
  return sum
}
