/**
 * The levels that codes stand for, times a scale: those of values that have the sign of the scale ("up"), from the one nearest to zero on, then
 * those of the others ("down"), with their sign taken off.
 * @typedef {object} Grid
 * @property {Float64Array} levels in units of the scale, rising on each side
 * @property {Float64Array} until where the next level is nearer, in units of the scale; Infinity for the last of a side
 * @property {Uint8Array} codes of the levels
 * @property {number} down where the levels of that side begin
 * @property {boolean} even whether the two sides are alike, so that the sign of a scale makes no difference
 * @property {boolean} spaced whether level k of a side is k
 * @property {Float64Array} values the level of each code, with its sign
 * @property {number} reach how far a scale may be above the one that reaches the largest value, as a factor
 */

/** @param {readonly number[]} levels of one side */
const limitsOf = (levels) => levels.map((level, k) => (k + 1 < levels.length ? (level + levels[k + 1]) / 2 : Infinity))

/**
 * A grid of levels that rise with the code.
 *
 * Where they are equally spaced around 0, a scale whose codes use no more than half of the levels is no better than half of it, whose codes are
 * twice as large. So the best one is at most about twice the one that reaches the largest value: `reach` of 2 leaves none out.
 * @param {readonly number[]} all
 * @param {number} first the code of the first of them
 * @param {number} reach
 * @returns {Grid}
 */
export function gridOf(all, first, reach) {
  const zero = all.reduce((best, level, k) => (Math.abs(level) < Math.abs(all[best]) ? k : best), 0)
  const codes = all.map((_, k) => (first + k) & 255)
  const up = all.slice(zero)
  const down = all
    .slice(0, zero + 1)
    .reverse()
    .map((level) => -level)
  const values = new Float64Array(256)
  all.forEach((level, k) => {
    values[codes[k]] = level
  })
  return {
    levels: Float64Array.of(...up, ...down),
    until: Float64Array.of(...limitsOf(up), ...limitsOf(down)),
    codes: Uint8Array.of(...codes.slice(zero), ...codes.slice(0, zero + 1).reverse()),
    down: up.length,
    even: up.length === down.length && up.every((level, k) => level === down[k]),
    spaced: [up, down].every((side) => side.every((level, k) => level === k || level === -k)),
    values,
    reach
  }
}
