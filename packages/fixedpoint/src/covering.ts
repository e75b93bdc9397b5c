import { SlimbedError } from '@slimbed/core'
import type { Grid, GridShape } from './grid.js'
import { storeGrid } from './rounding.js'
import { leastScale, scaleCovering } from './scale-covering.js'
import { storedScale } from './stored-scale.js'

/** The least and the largest of some values. */
export interface Range {
  min: number
  max: number
}

/** Finds the range of `count` values from `x[at]` on. NaN if a value is. */
export function findRange(x: Float32Array, at: number, count: number, range: Range): void {
  let min = Infinity
  let max = -Infinity
  for (let i = at; i < at + count; i++) {
    min = Math.min(min, x[i])
    max = Math.max(max, x[i])
  }
  range.min = min
  range.max = max
}

/**
 * Throws `bad-input`, naming the value, if the range shows that one of `count` values from `x[at]` on is NaN or infinite.
 * The values are those of row `row` from column `column` on, or with `down` those of that column from that row on.
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

/** If a grid is farther from 0 than this many steps, float32 is too coarse to place it to within half a step. */
const farthest = 2 ** 22

/** Finds the affine grid with a level at 0 that covers `min … max` and 0. */
function coverWithLevel(min: number, max: number, shape: GridShape, grid: Grid): void {
  const { top } = shape
  const [low, high] = [Math.min(min, 0), Math.max(max, 0)]
  const below = Math.floor((top * -low) / (high - low))
  const [scale, other] = [leastScale(low, high, below, top), leastScale(low, high, Math.min(below + 1, top), top)]
  grid.scale = Math.min(scale, other)
  grid.zero = other < scale ? below + 1 : below
  storeGrid(grid, shape, true)
}

/**
 * Finds the grid that covers `min … max`, rounded as it is stored: each value in that range is at most half a step off.
 * If all values are 0, the scale is 0. If all are equal, they are one step from 0, exact but for the rounding of the scale.
 */
export function coverGrid(min: number, max: number, shape: GridShape, grid: Grid): void {
  const { top, affine, middle, level } = shape
  const magnitude = Math.max(Math.abs(min), Math.abs(max))
  if (magnitude === 0) {
    grid.scale = 0
    grid.zero = affine ? 0 : middle
  } else if (!affine) {
    grid.scale = scaleCovering(shape)(min, max)
    grid.zero = middle
  } else if (level) {
    coverWithLevel(min, max, shape, grid)
  } else if (min === max) {
    grid.scale = storedScale(magnitude, shape.half, false)
    grid.zero = max > 0 ? -1 : 1
  } else {
    grid.scale = Math.max((max - min) / top, magnitude / farthest)
    grid.zero = top / 2 - (min + max) / 2 / grid.scale
    storeGrid(grid, shape, true)
  }
}
