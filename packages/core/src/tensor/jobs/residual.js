/** @import { JobKind } from './job.js' */

/**
 * Each row's squared error under each of several subspaces.
 * @typedef {object} ResidualJob
 * @property {number} rows
 * @property {number} dim
 * @property {number} width rows of all bases
 * @property {Float32Array} input `rows × dim`
 * @property {Float32Array} factor the bases side by side as columns: `dim × width`
 * @property {readonly number[]} ends where each basis' columns end
 * @property {Float64Array} output `rows × ends.length`
 */

/** @type {JobKind<ResidualJob>} */
export const residualJob = {
  name: 'residual',
  reads: ['input'],
  fills: [],
  returns: [],
  async run(job, engine) {
    const { rows, dim, width, input, factor } = job
    subtract(job, await (await engine()).product(input, factor, rows, dim, width))
  }
}

/**
 * What is left of each row's squared norm.
 * @param {ResidualJob} job
 * @param {Float32Array} products
 */
function subtract({ rows, dim, width, input, ends, output }, products) {
  for (let i = 0; i < rows; i++) {
    let norm = 0
    for (let j = i * dim; j < (i + 1) * dim; j++) norm += input[j] * input[j]
    let at = i * width
    for (let base = 0; base < ends.length; base++) {
      let kept = 0
      for (const end = i * width + ends[base]; at < end; at++) kept += products[at] * products[at]
      output[i * ends.length + base] = Math.max(0, norm - kept)
    }
  }
}
