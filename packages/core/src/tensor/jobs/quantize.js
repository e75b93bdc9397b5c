/** @import { JobKind } from './job.js' */
import { quantizeRows } from '../kernels/quantize.js'

/**
 * Quantizes rows, and compares each with what it becomes.
 * @typedef {object} QuantizeJob
 * @property {number} rows
 * @property {number} dim
 * @property {number} bits of a code, 1 to 8
 * @property {number} groupSize
 * @property {Float32Array} input `rows × dim`
 * @property {Float32Array} scale `⌈dim / groupSize⌉` for each row, or for all
 * @property {number | Float32Array} zero one for all, or as many as `scale`
 * @property {Uint8Array} codes `rows × ⌈dim · bits / 8⌉`, lent: gets the packed codes
 * @property {Float64Array | undefined} sums `rows × 5`, lent: gets the sums of `compareRows`; none when undefined
 */

/**
 * It needs no engine.
 * @type {JobKind<QuantizeJob, 'codes' | 'sums'>}
 */
export const quantizeJob = {
  name: 'quantize',
  reads: ['input'],
  fills: [],
  returns: ['codes', 'sums'],
  async run(job) {
    quantizeRows(job, job.codes, job.sums)
  }
}
