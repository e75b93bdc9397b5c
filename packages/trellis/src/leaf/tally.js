/** @import { Code } from './code.js' */
import { batchValues, compiledKernel, place, reserve } from './kernel.js'
import { plainTally } from './plain-tally.js'

/** Symbols that a table has room for. */
const tableSize = 64

/**
 * Counts of coded values: plain arrays, which a thread can hand back.
 * @typedef {object} Tally
 * @property {Float64Array} tokens `contexts × 64`: how often each token came up
 * @property {Float64Array} offs `contexts × 3 × 3`: for levels 1, 2, and 3 or more their number, the sum of level − value, and of its square
 * @property {Float64Array} rest the squared error of the zeros, in squared steps
 * @property {Float64Array} gains how many rows had each gain
 */

/**
 * @param {number} contexts
 * @param {number} gains
 * @returns {Tally}
 */
export const emptyTally = (contexts, gains) => ({
  tokens: new Float64Array(contexts * tableSize),
  offs: new Float64Array(contexts * 9),
  rest: new Float64Array(1),
  gains: new Float64Array(gains)
})

/**
 * Counts what was coded: tokens by context, and how far levels lie from the values that they stand for.
 * @param {Code} code
 * @param {Float32Array} x
 * @param {Int32Array} ks
 * @param {Uint8Array} gains
 */
export function tallyOf(code, x, ks, gains) {
  const { dim, step, contexts, quantizers, next, tables } = code
  const tally = emptyTally(tables.escapes.length - 1, code.gains.count)
  for (const gain of gains) tally.gains[gain]++
  const kernel = compiledKernel()
  if (!kernel) {
    plainTally(code, x, ks, gains, tally)
    return tally
  }
  const rows = gains.length
  const batch = Math.min(rows, Math.max(1, Math.floor(batchValues / dim)))
  const shared = [gains, contexts, quantizers, next, tally.tokens, tally.offs]
  const places = reserve(kernel, [...shared.map(({ byteLength }) => byteLength), 4 * batch * dim, 4 * batch * dim])
  place(kernel, shared, places)
  const [gain, context, quantizer, following, tokens, offs, input, levels] = places
  const { buffer } = kernel.memory
  for (let row = 0; row < rows; row += batch) {
    const some = Math.min(batch, rows - row)
    const [from, to] = [row * dim, (row + some) * dim]
    new Float32Array(buffer, input, some * dim).set(x.subarray(from, to))
    new Int32Array(buffer, levels, some * dim).set(ks.subarray(from, to))
    const machine = /** @type {const} */ ([gain + row, 2 * code.gains.step, context, quantizer, following])
    tally.rest[0] = kernel.tally(input, levels, some, dim, step, ...machine, tokens, offs, tally.rest[0])
  }
  tally.tokens.set(new Float64Array(buffer, tokens, tally.tokens.length))
  tally.offs.set(new Float64Array(buffer, offs, tally.offs.length))
  return tally
}
