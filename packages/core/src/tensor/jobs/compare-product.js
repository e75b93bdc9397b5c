/** @import { JobKind } from './job.js' */
import { compareRows, normsOf, sumsPerRow } from '../kernels/compare.js'
import { give, take } from './scratch.js'

/**
 * Compares each row with the row of a product that stands for it, `left · factor`. With `basis` in place of `left`, the product is
 * `projected · factor`, and `projected` is computed first.
 * @typedef {object} CompareProductJob
 * @property {number} rows
 * @property {number} dim
 * @property {number} width columns of `left`
 * @property {Float32Array} input `rows × dim`
 * @property {Float32Array | undefined} left `rows × width`
 * @property {Float32Array | undefined} basis `dim × width`
 * @property {Float32Array | undefined} projected `rows × width`, lent: gets `input · basis`
 * @property {boolean} orthonormal whether the columns of `basis` and the rows of `factor` are: most of the sums then follow from norms
 * @property {Float32Array} factor `width × dim`
 * @property {Float64Array} sums `rows × 5`, lent: gets the sums of `compareRows`
 */

/** @type {JobKind<CompareProductJob, 'projected' | 'sums'>} */
export const compareProductJob = {
  name: 'compareProduct',
  reads: ['input', 'left'],
  fills: [],
  returns: ['projected', 'sums'],
  async run({ rows, dim, width, input, left, basis, projected, orthonormal, factor, sums }, open) {
    const engine = await open()
    const own = left ?? projected
    if (!own) throw new Error('a comparison has nothing on the left')
    if (basis) {
      const made = await engine.product(input, basis, rows, dim, width, own)
      if (made !== own) own.set(made)
    }
    if (orthonormal && compareNorms(input, dim, own, width, sums)) return
    const size = rows * dim
    const room = new Float32Array(take(4 * size), 0, size)
    compareRows(input, await engine.product(own, factor, rows, width, dim, room), dim, sums)
    give(room.buffer)
  }
}

/** The share of its squared norm that a block must lose for norms to tell it: rounding of products is some 1e-7 of that norm. */
const leastLoss = 0.01

/**
 * The sums of `compareRows` of rows and their projections `left` on an orthonormal basis, by Pythagoras; the largest error is not
 * known. False where too little is lost for that.
 * @param {Float32Array} input
 * @param {number} dim
 * @param {Float32Array} left
 * @param {number} width
 * @param {Float64Array} sums
 */
function compareNorms(input, dim, left, width, sums) {
  const rows = input.length / dim
  const [whole, kept] = [new Float64Array(rows), new Float64Array(rows)]
  normsOf(input, dim, whole)
  normsOf(left, width, kept)
  let [all, lost] = [0, 0]
  for (let i = 0, at = 0; i < rows; i++, at += sumsPerRow) {
    const rest = Math.max(0, whole[i] - kept[i])
    all += whole[i]
    lost += rest
    sums[at] = whole[i]
    sums[at + 1] = kept[i]
    sums[at + 2] = kept[i]
    sums[at + 3] = rest
    sums[at + 4] = NaN
  }
  return lost >= leastLoss * all && lost > 0
}
