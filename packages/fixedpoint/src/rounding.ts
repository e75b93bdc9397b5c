import type { Grid, GridShape } from './grid.js'
import { largest, mostScale, roundHalf, storedScale } from './stored-scale.js'

/** A zero rounded as it is stored: to float16 if `half` and if that moves the grid by at most a quarter of a step, otherwise to float32. */
function storedZero(zero: number, half: boolean): number {
  const near = Math.abs(zero) <= 65504 ? roundHalf(zero) : Infinity
  return half && Math.abs(near - zero) <= 1 / 4 ? near : Math.fround(zero)
}

/** The nearest zero for which every code decodes to a finite float32. */
function withinFloat32(zero: number, scale: number, top: number): number {
  const farthest = largest / scale
  const least = top - farthest
  if (zero < least) return Math.fround(least + Math.abs(least) * 2 ** -23)
  return zero > farthest ? Math.fround(farthest * (1 - 2 ** -23)) : zero
}

/** Rounds a grid as it is stored and keeps the middle of its range. */
export function storeGrid(grid: Grid, { top, affine, middle: symmetric, level, half }: GridShape, up = false): void {
  if (!affine || level) {
    grid.zero = affine ? Math.round(Math.min(Math.max(grid.zero, 0), top)) : symmetric
    grid.scale = storedScale(grid.scale, half, up, mostScale(top, grid.zero))
    return
  }
  const middle = (top / 2 - grid.zero) * grid.scale
  const most = mostScale(top)
  grid.scale = storedScale(grid.scale, half, up, most)
  grid.zero = withinFloat32(storedZero(top / 2 - middle / grid.scale, half), grid.scale, top)
}
