import type { Grid, GridShape } from './grid.js'
import { mostScale, storedScale, storeGrid } from './store.js'

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
