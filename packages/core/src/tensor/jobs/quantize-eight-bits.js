/** @import { EightBitFloats } from '../kernels/eight-bits.js' */
/** @import { EightBitGrids } from '../kernels/eight-bit-grids.js' */
/** @import { JobKind } from './job.js' */
/** @import { Piece } from '../../matrix/eight-bits.js' */
import { sumsPerRow } from '../kernels/compare.js'
import { quantizeEightBits } from '../kernels/eight-bit-rows.js'
import { addBands, ofAll, ofBand } from '../kernels/tally.js'
import { fillFrom, shifted, whereRead } from './stored-input.js'

/**
 * Finds the scales of rows of floats of 8 bits, quantizes them, and compares each with what it becomes.
 * @typedef {object} QuantizeEightBitsJob
 * @property {number} start the first of the rows
 * @property {number} rows
 * @property {number} segment rows whose sums are added up by themselves
 * @property {readonly Piece[]} input `rows × dim`
 * @property {EightBitFloats} type
 * @property {EightBitGrids} grids
 * @property {Uint8Array} codes `rows × ⌈dim · bits / 8⌉`, lent: gets the packed codes
 * @property {Float32Array} scale one a row, lent: gets the scales
 * @property {Float64Array | undefined} sums `rows × 5`, lent: gets the sums of `compareRows`; undefined where they are added up
 * @property {readonly number[] | undefined} edges where bands of rows end, if their sums are to be added up
 */

/**
 * It needs no engine.
 * @type {JobKind<QuantizeEightBitsJob, never, { readonly totals: readonly Float64Array[] } | { readonly unread: true }>}
 */
export const quantizeEightBitsJob = {
  name: 'quantizeEightBits',
  reads: [],
  fills: [],
  returns: [],
  async run({ start, rows, segment, input, type, grids, codes, scale, sums, edges }) {
    const { dim, bits } = grids
    const rowBytes = Math.ceil((dim * bits) / 8)
    const fill = fillFrom(input)
    return whereRead(() => {
      const totals = []
      for (let from = 0; from < rows; from += segment) {
        const end = Math.min(from + segment, rows)
        const own = { rows: end - from, fill: shifted(fill, from * dim), type, grids }
        const all = edges && new Float64Array(edges.length * ofBand + ofAll)
        quantizeEightBits(own, codes.subarray(from * rowBytes), scale.subarray(from), (at, found) => {
          if (all) addBands(edges, all, start + from + at, found)
          sums?.set(found, (from + at) * sumsPerRow)
        })
        if (all) totals.push(all)
      }
      return { totals }
    })
  }
}
