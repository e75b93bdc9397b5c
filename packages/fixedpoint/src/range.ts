import { SlimbedError } from '@slimbed/core'

/** The least and the largest of some values. */
export interface Range {
  min: number
  max: number
}

/** Sets the range of `count` values from `x[at]` on, with `both` ends, else `±` the largest magnitude; NaN if one is. */
export function findRange(x: Float32Array, at: number, count: number, both: boolean, range: Range): void {
  const end = at + count
  if (both) {
    let min = Infinity
    let max = -Infinity
    for (let i = at; i < end; i++) {
      min = Math.min(min, x[i]!)
      max = Math.max(max, x[i]!)
    }
    range.min = min
    range.max = max
  } else {
    let max = 0
    for (let i = at; i < end; i++) max = Math.max(max, Math.abs(x[i]!))
    range.min = -max
    range.max = max
  }
}

/** Throws `bad-input`, naming the value, when the row in `x[at]` … that has this range holds NaN or Infinity. */
export function checkRange(range: Range, x: Float32Array, at: number, dim: number, row: number): void {
  if (range.max - range.min < Infinity) return
  const column = x.subarray(at, at + dim).findIndex((value) => !Number.isFinite(value))
  const value = x[at + column]
  throw new SlimbedError(
    'bad-input',
    `fixedpoint: row ${row}, column ${column} is ${value}: a finite number was expected`
  )
}
