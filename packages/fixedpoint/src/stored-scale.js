// Plain JavaScript, as what imports it: threads run it too, from the sources and from the build.

/** The largest float32. */
export const largest = 3.4028234663852886e38
const smallest = 2 ** -149
const word = new Uint32Array(1)
const float = new Float32Array(word.buffer)

/**
 * The float32 that follows a positive float32.
 * @param {number} value
 */
function next(value) {
  float[0] = value
  word[0] = word[0] + 1
  return float[0]
}

/** The end of float16's subnormal numbers, which lie 2^-24 apart. */
const normal = 2 ** -14
const unit = 2 ** -24

/** Below this, rounding a scale to float16 would change it by more than one part in 128. */
const leastHalf = 2 ** -18

/**
 * The float16 nearest to a number of magnitude up to 65504, by Dekker's splitting to 11 significant bits.
 * @param {number} value
 */
export function roundHalf(value) {
  if (Math.abs(value) < normal) return Math.round(value / unit) * unit
  const scaled = value * (2 ** 42 + 1)
  return scaled - (scaled - value)
}

/**
 * The float16 that follows a positive one: to a normal one, two to four thirds of a unit in the last place are added.
 * @param {number} value
 */
const nextHalf = (value) => (value < normal ? value + unit : roundHalf(value * (1 + 2 / 3 / 1024)))

/**
 * A positive scale rounded as it is stored: to float16 if `half` and if float16 is exact enough, otherwise to float32, from the
 * smallest float32 to `most`. With `up` it is rounded up.
 * @param {number} scale
 * @param {boolean} half
 * @param {boolean} up
 * @param {number} [most]
 */
export function storedScale(scale, half, up, most = largest) {
  if (half && scale >= leastHalf && scale <= 65504) {
    const near = roundHalf(scale)
    const value = up && near < scale ? nextHalf(near) : near
    if (value <= 65504) return value
  }
  const near = Math.fround(Math.min(scale, most))
  const value = up && near < scale && near < most ? next(near) : near
  return Math.max(value, smallest)
}

/**
 * The largest scale whose codes, 0 to `top`, decode to no more than float32 holds; `zero` is the middle unless given.
 * @param {number} top
 * @param {number} [zero]
 */
export const mostScale = (top, zero = top / 2) =>
  Math.fround(Math.min(largest, (largest * (1 - 2 ** -22)) / Math.max(zero, top - zero)))
