/**
 * One half of the levels that codes stand for: those of values that have the sign of the scale, or of the others. Level 0 is the one nearest to
 * zero.
 * @typedef {object} Side
 * @property {Float64Array} levels rising, in units of the scale; the sign of the values is taken off
 * @property {Float64Array} from where level k + 1 is nearer than level k, in units of the scale
 * @property {Uint8Array} codes of the levels
 */

/**
 * The levels that codes stand for, times a scale.
 * @typedef {object} Grid
 * @property {Side} up values of the sign of the scale
 * @property {Side} down the others
 * @property {Float64Array} values the level of each code, with its sign
 * @property {boolean} even whether the two sides are alike, so that the sign of a scale makes no difference
 * @property {number} reach how far a scale may be above the one that reaches the largest value, as a factor
 */

/**
 * @param {readonly number[]} levels
 * @param {readonly number[]} codes
 * @returns {Side}
 */
const sideOf = (levels, codes) => ({
  levels: Float64Array.from(levels),
  from: Float64Array.from({ length: levels.length - 1 }, (_, k) => (levels[k] + levels[k + 1]) / 2),
  codes: Uint8Array.from(codes)
})

/**
 * A grid of levels that rise with the code.
 *
 * Where they are equally spaced around 0, a scale whose codes use no more than half of the levels is no better than half of it, whose codes are
 * twice as large. So the best one is at most about twice the one that reaches the largest value: `reach` of 2 leaves none out.
 * @param {ArrayLike<number>} levels
 * @param {number} first the code of the first of them
 * @param {number} reach
 * @returns {Grid}
 */
export function gridOf(levels, first, reach) {
  const all = Array.from(levels)
  const zero = all.reduce((best, level, k) => (Math.abs(level) < Math.abs(all[best]) ? k : best), 0)
  const codes = all.map((_, k) => (first + k) & 255)
  const up = sideOf(all.slice(zero), codes.slice(zero))
  const down = sideOf(
    all
      .slice(0, zero + 1)
      .reverse()
      .map((level) => -level),
    codes.slice(0, zero + 1).reverse()
  )
  const even = up.levels.length === down.levels.length && up.levels.every((level, k) => level === down.levels[k])
  const values = new Float64Array(256)
  all.forEach((level, k) => {
    values[codes[k]] = level
  })
  return { up, down, values, even, reach }
}
