import type { Grid, GridShape } from './grid.js'

const largest = 3.4028234663852886e38
const smallest = 2 ** -149
const word = new Uint32Array(1)
const float = new Float32Array(word.buffer)

/** The float32 that follows a positive float32. */
function next(value: number): number {
  float[0] = value
  word[0] = word[0] + 1
  return float[0]
}

/** The end of float16's subnormal numbers, which lie 2^-24 apart. */
const normal = 2 ** -14
const unit = 2 ** -24

/** Below this, rounding a scale to float16 would change it by more than one part in 128. */
const leastHalf = 2 ** -18

/** The float16 nearest to a number of magnitude up to 65504, by Dekker's splitting to 11 significant bits. */
function roundHalf(value: number): number {
  if (Math.abs(value) < normal) return Math.round(value / unit) * unit
  const scaled = value * (2 ** 42 + 1)
  return scaled - (scaled - value)
}

/** The float16 that follows a positive one: to a normal one, two to four thirds of a unit in the last place are added. */
const nextHalf = (value: number) => (value < normal ? value + unit : roundHalf(value * (1 + 2 / 3 / 1024)))

/**
 * A positive scale rounded as it is stored: to float16 if `half` and if float16 is exact enough, otherwise to float32, from the
 * smallest float32 to `most`. With `up` it is rounded up.
 */
export function storedScale(scale: number, half: boolean, up: boolean, most = largest): number {
  if (half && scale >= leastHalf && scale <= 65504) {
    const near = roundHalf(scale)
    const value = up && near < scale ? nextHalf(near) : near
    if (value <= 65504) return value
  }
  const near = Math.fround(Math.min(scale, most))
  const value = up && near < scale && near < most ? next(near) : near
  return Math.max(value, smallest)
}

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

/** The largest scale whose codes, 0 to `top`, decode to no more than float32 holds; `zero` is the middle unless given. */
export const mostScale = (top: number, zero = top / 2): number =>
  Math.fround(Math.min(largest, (largest * (1 - 2 ** -22)) / Math.max(zero, top - zero)))

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
