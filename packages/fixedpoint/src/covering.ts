import { SlimbedError } from '@slimbed/core'
import type { Grid, GridShape } from './grid.js'
import { mostScale, storedScale, storeGrid } from './rounding.js'

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
      min = Math.min(min, x[i])
      max = Math.max(max, x[i])
    }
    range.min = min
    range.max = max
  } else {
    let max = 0
    for (let i = at; i < end; i++) max = Math.max(max, Math.abs(x[i]))
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

/** Far beyond this many steps from 0, float32 does not place a grid to within half a step. */
const farthest = 2 ** 22

/** The scale, as it is stored, of the grid centred on 0 that covers values up to a magnitude: `coverGrid` where it is not affine. */
export function scaleCovering({ top, half }: GridShape): (magnitude: number) => number {
  const most = mostScale(top)
  return (magnitude) => (magnitude === 0 ? 0 : storedScale((2 * magnitude) / top, half, true, most))
}

/**
 * Sets the grid, as it is stored, that covers `min … max`: each value in it is at most half a step off.
 * All values 0 give scale 0; equal values other than 0 are one step, exactly up to the rounding of the scale.
 */
export function coverGrid(min: number, max: number, shape: GridShape, grid: Grid): void {
  const { top, affine } = shape
  const magnitude = Math.max(Math.abs(min), Math.abs(max))
  if (magnitude === 0) {
    grid.scale = 0
    grid.zero = affine ? 0 : top / 2
  } else if (!affine) {
    grid.scale = scaleCovering(shape)(magnitude)
    grid.zero = top / 2
  } else if (min === max) {
    grid.scale = storedScale(magnitude, shape.half, false)
    grid.zero = max > 0 ? -1 : 1
  } else {
    grid.scale = Math.max((max - min) / top, magnitude / farthest)
    grid.zero = top / 2 - (min + max) / 2 / grid.scale
    storeGrid(grid, shape, true)
  }
}
