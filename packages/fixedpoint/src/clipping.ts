import type { Grid, GridShape } from './grid.js'
import { type Points, shiftPoints, sumOfSquares } from './points.js'
import { storeGrid } from './rounding.js'
import { refineGrid, searchScale } from './scale-search.js'

const maxTurns = 40
const tolerance = 1e-5

/**
 * The threshold at which clipping `|value|` costs the least squared error on a fine grid of `top + 1` levels:
 * the minimum of `Σ w T² / (3 · top²) + Σ w (|x| − T)₊²`, whose first term is the error `scale² / 12` of rounding.
 *
 * The model is close even at 2 bits. Its derivative is concave in T, so Newton's steps rise to the root from below.
 * 0 when all values are 0.
 */
export function clipThreshold({ count, values, weights }: Points, top: number): number {
  let total = 0
  let squares = 0
  for (let i = 0; i < count; i++) {
    const w = weights[i]
    const x = values[i]
    total += w
    squares += w * x * x
  }
  if (squares === 0) return 0
  const rounding = total / (3 * top * top)
  let threshold = Math.sqrt(squares / total)
  for (let turn = 0; turn < maxTurns; turn++) {
    let sum = 0
    let above = 0
    for (let i = 0; i < count; i++) {
      const x = Math.abs(values[i])
      if (x > threshold) {
        const w = weights[i]
        sum += w * x
        above += w
      }
    }
    const before = threshold
    threshold = sum / (rounding + above)
    if (Math.abs(threshold - before) <= tolerance * threshold) break
  }
  return threshold
}

/**
 * The middle of the range `low … high` to which clipping costs the least under the model of `clipThreshold`, with
 * `(high − low) / 2` in place of T: Newton's steps solve two linear equations for the values now outside.
 */
function clipCentre({ count, values, weights }: Points, top: number): number {
  let total = 0
  let sum = 0
  for (let i = 0; i < count; i++) {
    total += weights[i]
    sum += weights[i] * values[i]
  }
  const rounding = total / (12 * top * top)
  let low = sum / total
  let high = low
  for (let turn = 0; turn < maxTurns; turn++) {
    let [below, lowSum, above, highSum] = [0, 0, 0, 0]
    for (let i = 0; i < count; i++) {
      const x = values[i]
      const w = weights[i]
      if (x > high) {
        above += w
        highSum += w * x
      } else if (x < low) {
        below += w
        lowSum += w * x
      }
    }
    const determinant = rounding * (above + below) + above * below
    if (!(determinant > 0)) break
    const width = high - low
    high = ((rounding + below) * highSum + rounding * lowSum) / determinant
    low = ((rounding + above) * lowSum + rounding * highSum) / determinant
    if (Math.abs(high - low - width) <= tolerance * width) break
  }
  return (low + high) / 2
}

/** The middles that are tried for an affine grid, in steps from the middle of the clipping range. */
const places = [0, -0.25, 0.25, 0.5]

/** Sets `grid.scale` to the best scale for a few middles, centres the points on the best middle and returns it. */
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
 * Finds the grid that clips the points with the least squared error, rounded as it is stored; false if there is none.
 *
 * With `exact`, the points are the values themselves and the error is that of their codes; otherwise it is that of the
 * model of `clipThreshold`, which is better where a point represents values farther apart than a step of the grid.
 * Changes the values of the points.
 */
export function clipGrid(points: Points, shape: GridShape, exact: boolean, grid: Grid): boolean {
  const { bits, top, affine, middle, level } = shape
  let centre = affine ? clipCentre(points, top) : 0
  if (affine) shiftPoints(points, -centre)
  const threshold = clipThreshold(points, top)
  if (!(threshold > 0)) return false
  grid.scale = (2 * threshold) / top
  grid.zero = affine ? top / 2 : middle
  if (exact) {
    if (affine) centre += searchPlaces(points, shape, threshold, grid)
    else grid.scale = searchScale(points, bits, threshold, middle).scale || grid.scale
    refineGrid(points, top, grid, affine)
  }
  grid.zero -= centre / grid.scale
  if (affine && level) {
    storeGrid(grid, shape)
    shiftPoints(points, centre)
    if (exact) refineGrid(points, top, grid, false)
  }
  storeGrid(grid, shape)
  return true
}
