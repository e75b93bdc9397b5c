/** @import { EightBitFloats } from '../kernels/eight-bits.js' */
/** @import { EightBitGrids } from '../kernels/eight-bit-grids.js' */
/** @import { JobKind } from './job.js' */
import { sumsPerRow } from '../kernels/compare.js'
import { quantizeEightBits } from '../kernels/eight-bit-rows.js'
import { addBands, ofAll, ofBand } from '../kernels/tally.js'

/**
 * Finds the scales of rows of floats of 8 bits, quantizes them, and compares each with what it becomes.
 * @typedef {object} QuantizeEightBitsJob
 * @property {number} start the first of the rows
 * @property {Uint8Array} input `rows × dim`, lent
 * @property {EightBitFloats} type
 * @property {EightBitGrids} grids
 * @property {Uint8Array} codes `rows × ⌈dim · bits / 8⌉`, lent: gets the packed codes
 * @property {Float32Array} scale one a row, lent: gets the scales
 * @property {Float64Array | undefined} sums `rows × 5`, lent: gets the sums of `compareRows`; undefined where they are added up
 * @property {readonly number[] | undefined} edges where bands of rows end, if their sums are to be added up
 */

/**
 * It needs no engine.
 * @type {JobKind<QuantizeEightBitsJob, never, { readonly totals: Float64Array | undefined }>}
 */
export const quantizeEightBitsJob = {
  name: 'quantizeEightBits',
  reads: [],
  fills: [],
  returns: [],
  async run(job) {
    const { start, codes, scale, sums, edges } = job
    const totals = edges && new Float64Array(edges.length * ofBand + ofAll)
    quantizeEightBits(job, codes, scale, (from, found) => {
      if (totals) addBands(edges, totals, start + from, found)
      sums?.set(found, from * sumsPerRow)
    })
    return { totals }
  }
}
