/** @import { Engine } from '../engines/engine.js' */
/** @import { JobKind } from './job.js' */
import { addInTurn, rowsPerSum } from './ordered-sums.js'
import { give, take } from './scratch.js'

/**
 * Adds `Σ x sgn(x · factor)ᵀ` and `Σ |x · factor|` over some rows to the sums of all rows.
 * @typedef {object} SignProductJob
 * @property {number} rows
 * @property {number} dim
 * @property {number} width columns of the factor
 * @property {Float32Array} input `rows × dim`
 * @property {Float32Array} factor `dim × width`
 * @property {Float64Array} sums `dim × width`, then the sum of magnitudes, and as many of the segment so far
 * @property {Int32Array} turns the jobs that have added their part, one number
 * @property {number} turn jobs that add theirs before this one
 * @property {number} jobs of a segment
 */

/** @type {JobKind<SignProductJob>} */
export const signProductJob = {
  name: 'signProduct',
  reads: ['input'],
  fills: [],
  returns: [],
  async run(job, open) {
    const engine = await open()
    const { rows, dim, width } = job
    const size = dim * width + 1
    const part = new Float64Array(take(8 * size), 0, size)
    part.fill(0)
    // What is one step of the engine has no need of the cache here.
    const step = engine.signs ? rows : rowsPerSum(dim)
    for (let from = 0; from < rows; from += step) {
      await addSigns(engine, job, from, Math.min(step, rows - from), part)
    }
    addInTurn(job, 0, 0, part, size)
    give(part.buffer)
  }
}

/**
 * Turns products into their signs; the sum of their magnitudes.
 * @param {Float32Array} products
 */
function takeSigns(products) {
  let magnitude = 0
  for (let i = 0; i < products.length; i++) {
    const value = products[i]
    magnitude += Math.abs(value)
    products[i] = value < 0 ? -1 : 1
  }
  return magnitude
}

/**
 * @param {Engine} engine
 * @param {SignProductJob} job
 * @param {number} from
 * @param {number} count
 * @param {Float64Array} part
 */
async function addSigns(engine, { dim, width, input, factor }, from, count, part) {
  const block = input.subarray(from * dim, (from + count) * dim)
  const last = dim * width
  if (engine.signs) {
    const { cross, magnitudes } = await engine.signs(block, factor, count, dim, width)
    for (let i = 0; i < last; i++) part[i] += cross[i]
    for (let i = 0; i < count; i++) part[last] += magnitudes[i]
    return
  }
  const products = await engine.product(block, factor, count, dim, width)
  part[last] += takeSigns(products)
  const cross = await engine.crossProduct(block, products, dim, count, width)
  for (let i = 0; i < last; i++) part[i] += cross[i]
}
