/** @import { EightBitFloats } from '../kernels/eight-bits.js' */
/** @import { JobKind } from './job.js' */
import { gramOfEightBits } from '../kernels/eight-bit-gram.js'
import { gramJob } from './gram.js'
import { addInTurn } from './ordered-sums.js'
import { give, take } from './scratch.js'

/**
 * Adds `Σ x xᵀ` over some rows of floats of 8 bits to the sums of all rows.
 * @typedef {object} GramEightBitsJob
 * @property {number} rows
 * @property {number} dim a multiple of 16
 * @property {Uint8Array} input `rows × dim`, lent
 * @property {EightBitFloats} type
 * @property {number} step rows that are added up by themselves, before the job adds them to its own sums
 * @property {Float64Array} sums as those of `GramJob` of one group, as what follows
 * @property {Int32Array} turns
 * @property {number} turn
 * @property {number} jobs
 */

/**
 * It needs an engine only for values that are too large for the loop over integers.
 * @type {JobKind<GramEightBitsJob>}
 */
export const gramEightBitsJob = {
  name: 'gramEightBits',
  reads: [],
  fills: [],
  returns: [],
  async run(job, open) {
    const { rows, dim, step } = job
    const size = dim * dim
    const part = new Float64Array(take(8 * size), 0, size)
    const all = new Float64Array(take(8 * size), 0, size).fill(0)
    for (let from = 0; from < rows; from += step) {
      const input = job.input.subarray(from * dim, Math.min(from + step, rows) * dim)
      const exact = gramOfEightBits(input, job.type, dim, part)
      const own = exact ? part : await inFloats(input, job, open)
      for (let i = 0; i < size; i++) all[i] += own[i]
    }
    addInTurn(job, 0, 0, all, size)
    give(part.buffer)
    give(all.buffer)
  }
}

/**
 * The same of some of its rows as `gramJob` has it.
 * @param {Uint8Array} codes
 * @param {GramEightBitsJob} job
 * @param {Parameters<typeof gramJob.run>[1]} open
 */
async function inFloats(codes, { dim, type }, open) {
  const [rows, size] = [codes.length / dim, dim * dim]
  const input = new Float32Array(take(4 * codes.length), 0, codes.length)
  for (let i = 0; i < codes.length; i++) input[i] = type.values[codes[i]]
  const sums = new Float64Array(2 * size)
  const alone = { sums, turns: new Int32Array(1), turn: 0, jobs: 1, weights: undefined, ids: undefined }
  await gramJob.run({ rows, dim, input, ...alone }, open)
  give(input.buffer)
  return sums.subarray(size)
}
