import { clipGrid } from './clip.js'
import { coverGrid } from './cover.js'
import { type Grid, type GridShape, squaredError } from './grid.js'
import { createPoints } from './points.js'

/** Fits a grid to `count` values from `x[at]` on, at most `capacity`; the least and largest value are known. */
export type Fit = (x: Float32Array, at: number, count: number, min: number, max: number, grid: Grid) => void

const one = Float32Array.of(1)

/** The fit that covers every value, or the one with the least squared error, which is never worse. */
export function createFit(shape: GridShape, clip: boolean, capacity: number): Fit {
  if (!clip) return (_x, _at, _count, min, max, grid) => coverGrid(min, max, shape, grid)
  const points = createPoints(capacity)
  const clipped: Grid = { scale: 0, zero: 0 }
  return (x, at, count, min, max, grid) => {
    coverGrid(min, max, shape, grid)
    if (min === max) return
    for (let i = 0; i < count; i++) points.values[i] = x[at + i]!
    points.count = count
    if (!clipGrid(points, shape, true, clipped)) return
    const { top } = shape
    const error = squaredError(x, at, count, one, 0, 0, top, grid)
    if (squaredError(x, at, count, one, 0, 0, top, clipped) >= error) return
    grid.scale = clipped.scale
    grid.zero = clipped.zero
  }
}
