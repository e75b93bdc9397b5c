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
 * @property {Uint8Array} input `rows × dim`
 * @property {EightBitFloats} type
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
  reads: ['input'],
  fills: [],
  returns: [],
  async run({ input, type, ...job }, open) {
    const { rows, dim } = job
    const size = dim * dim
    const part = new Float64Array(take(8 * size), 0, size)
    if (gramOfEightBits(input, type, dim, part)) addInTurn(job, 0, 0, part, size)
    else {
      const values = new Float32Array(take(4 * rows * dim), 0, rows * dim)
      for (let i = 0; i < values.length; i++) values[i] = type.values[input[i]]
      await gramJob.run({ ...job, input: values, weights: undefined, ids: undefined }, open)
      give(values.buffer)
    }
    give(part.buffer)
  }
}
