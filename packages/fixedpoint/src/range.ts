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

/**
 * Throws `bad-input`, naming the value, when `count` values from `x[at]` on that have this range hold NaN or Infinity.
 * They are of row `row` from column `column` on, or with `down` of that column from that row on.
 */
export function checkRange(
  { min, max }: Range,
  x: Float32Array,
  at: number,
  count: number,
  row: number,
  column: number,
  down = false
): void {
  if (max - min < Infinity) return
  const offset = x.subarray(at, at + count).findIndex((value) => !Number.isFinite(value))
  const place = down ? `row ${row + offset}, column ${column}` : `row ${row}, column ${column + offset}`
  throw new SlimbedError('bad-input', `fixedpoint: ${place} is ${x[at + offset]}: a finite number was expected`)
}
