/** @import { EightBitFloats } from '../kernels/eight-bits.js' */
/** @import { ProjectedGrids } from '../kernels/projected.js' */
/** @import { JobKind } from './job.js' */
/** @import { Piece } from '../../matrix/eight-bits.js' */
import { sumsPerRow } from '../kernels/compare.js'
import { quantizeProjected } from '../kernels/projected.js'
import { addBands, ofAll, ofBand } from '../kernels/tally.js'
import { fillFrom, whereRead } from './stored-input.js'

/**
 * Projects rows, quantizes what they become, and compares each with what a product makes of its codes.
 * @typedef {object} QuantizeProjectedJob
 * @property {number} start the first of the rows
 * @property {number} rows
 * @property {Float32Array | readonly Piece[]} input `rows × dim`
 * @property {EightBitFloats | undefined} type of rows that are floats of 8 bits
 * @property {ProjectedGrids} grids
 * @property {ScaleModule | undefined} scales absent where the job is not done by a thread
 * @property {Uint8Array} codes lent: gets the packed codes
 * @property {Float32Array} scale one a row, lent: gets the scales
 * @property {Float64Array | undefined} sums `rows × 5`, lent: gets the sums of `compareRows`; undefined where they are added up
 * @property {readonly number[] | undefined} edges where bands of rows end, if their sums are to be added up
 */

/**
 * A module of a compressor, as `RowJob.url` has it; it exports, under this name, a function that makes `scaleOf` of what is given.
 * @typedef {{ readonly url: string, readonly name: string, readonly given: object }} ScaleModule
 */

/**
 * Its kind, where `find` tells the scale of values from `min` to `max`. It needs no engine.
 * @param {(job: QuantizeProjectedJob) => Promise<(min: number, max: number) => number>} find
 * @returns {JobKind<QuantizeProjectedJob, never, { readonly totals: readonly Float64Array[] } | { readonly unread: true }>}
 */
export const quantizeProjectedKind = (find) => ({
  name: 'quantizeProjected',
  reads: [],
  fills: [],
  returns: [],
  async run(job) {
    const { start, rows, input, type, grids, codes, scale, sums, edges } = job
    const totals = edges && new Float64Array(edges.length * ofBand + ofAll)
    const scaleOf = await find(job)
    const values = input instanceof Float32Array ? input : fillFrom(input)
    return whereRead(() => {
      quantizeProjected({ rows, values, type }, grids, scaleOf, codes, scale, (from, found) => {
        if (totals) addBands(edges, totals, start + from, found)
        sums?.set(found, from * sumsPerRow)
      })
      return { totals: totals ? [totals] : [] }
    })
  }
})

/** The kind for a thread, which imports the rule of scales. */
export const quantizeProjectedJob = quantizeProjectedKind(async ({ scales }) => {
  if (!scales) throw new Error('a thread is told no scales')
  return (await import(/* @vite-ignore */ /* webpackIgnore: true */ scales.url))[scales.name](scales.given)
})
