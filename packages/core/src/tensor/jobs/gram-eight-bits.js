/** @import { EightBitFloats } from '../kernels/eight-bits.js' */
/** @import { JobKind } from './job.js' */
/** @import { Piece } from '../../matrix/eight-bits.js' */
/** @import { Fill } from './stored-input.js' */
import { gramOfEightBits } from '../kernels/eight-bit-gram.js'
import { gramJob } from './gram.js'
import { addInTurn } from './ordered-sums.js'
import { give, take } from './scratch.js'
import { fillFrom, shifted, whereRead } from './stored-input.js'

/**
 * Adds `Σ x xᵀ` over some rows of floats of 8 bits to the sums of all rows.
 * @typedef {object} GramEightBitsJob
 * @property {number} rows
 * @property {number} dim a multiple of 16
 * @property {readonly Piece[]} input `rows × dim`
 * @property {EightBitFloats} type
 * @property {number} step rows that are added up by themselves, before the job adds them to its own sums
 * @property {Float64Array} sums as those of `GramJob` of one group, as what follows
 * @property {Int32Array} turns
 * @property {number} turn
 * @property {number} jobs
 */

/**
 * It needs an engine only for values that are too large for the loop over integers.
 * @type {JobKind<GramEightBitsJob, never, object | { readonly unread: true }>}
 */
export const gramEightBitsJob = {
  name: 'gramEightBits',
  reads: [],
  fills: [],
  returns: [],
  async run(job, open) {
    const { rows, dim, step, type } = job
    const size = dim * dim
    const part = new Float64Array(take(8 * size), 0, size)
    const all = new Float64Array(take(8 * size), 0, size).fill(0)
    const fill = fillFrom(job.input)
    const made = await whereRead(async () => {
      for (let from = 0; from < rows; from += step) {
        const count = Math.min(step, rows - from)
        const own = shifted(fill, from * dim)
        const exact = gramOfEightBits({ rows: count, fill: own, type }, dim, part)
        const sums = exact ? part : await inFloats(count, own, job, open)
        for (let i = 0; i < size; i++) all[i] += sums[i]
      }
      return {}
    })
    // In any case, since others wait for it.
    addInTurn(job, 0, 0, all, size)
    give(part.buffer)
    give(all.buffer)
    return made
  }
}

/**
 * The same of some of its rows as `gramJob` has it.
 * @param {number} rows
 * @param {Fill} fill
 * @param {GramEightBitsJob} job
 * @param {Parameters<typeof gramJob.run>[1]} open
 */
async function inFloats(rows, fill, { dim, type }, open) {
  const [count, size] = [rows * dim, dim * dim]
  const codes = new Uint8Array(take(count), 0, count)
  fill(codes, 0)
  const input = new Float32Array(take(4 * count), 0, count)
  for (let i = 0; i < count; i++) input[i] = type.values[codes[i]]
  const sums = new Float64Array(2 * size)
  const alone = { sums, turns: new Int32Array(1), turn: 0, jobs: 1, weights: undefined, ids: undefined }
  await gramJob.run({ rows, dim, input, ...alone }, open)
  give(codes.buffer)
  give(input.buffer)
  return sums.subarray(size)
}
