import type { Grid, GridShape } from './grid.js'
import { type Points, shiftPoints, sumOfSquares } from './points.js'
import { refineGrid } from './refine.js'
import { searchScale } from './search.js'
import { storeGrid } from './store.js'
import { clipCentre, clipThreshold } from './threshold.js'

/** Where the middle of an affine grid is tried, in steps from the middle of the clipping range. */
const places = [0, -0.25, 0.25, 0.5]

/** Sets the scale to the best one around a few middles; returns that middle, on which the points are then centred. */
function searchPlaces(points: Points, { bits, top }: GridShape, threshold: number, grid: Grid): number {
  const step = (2 * threshold) / top
  let [at, best, least] = [0, 0, Infinity]
  for (const place of places) {
    shiftPoints(points, (at - place) * step)
    at = place
    const { scale, explained } = searchScale(points, bits, threshold)
    const left = sumOfSquares(points) - explained
    if (left >= least) continue
    least = left
    best = place
    grid.scale = scale
  }
  shiftPoints(points, (at - best) * step)
  return best * step
}

/**
 * Sets the grid, as it is stored, that clips the points with the least squared error; whether there is one.
 *
 * With `exact`, the points are the values themselves and the error is that of their codes; otherwise it is that of the
 * model of `clipThreshold`, which is better where a point stands for values farther apart than a step of the grid.
 * The values of the points are used up.
 */
export function clipGrid(points: Points, shape: GridShape, exact: boolean, grid: Grid): boolean {
  const { bits, top, affine } = shape
  let centre = affine ? clipCentre(points, top) : 0
  if (affine) shiftPoints(points, -centre)
  const threshold = clipThreshold(points, top)
  if (!(threshold > 0)) return false
  grid.scale = (2 * threshold) / top
  grid.zero = top / 2
  if (exact) {
    if (affine) centre += searchPlaces(points, shape, threshold, grid)
    else grid.scale = searchScale(points, bits, threshold).scale
    refineGrid(points, top, grid, affine)
  }
  grid.zero -= centre / grid.scale
  storeGrid(grid, shape)
  return true
}
