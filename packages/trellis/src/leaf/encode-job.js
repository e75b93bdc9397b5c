/** @import { Near } from '../near/directions.js' */
/** @import { Code } from './code.js' */
import { chooseNear } from '../near/choose-near.js'
import { directionsOf, widthOf } from '../near/directions.js'
import { chooseLevels } from './choose-levels.js'
import { encodeLevels } from './encode-levels.js'
import { gainsOf } from './gains.js'
import { jobOf } from './job.js'
import { tallyOf } from './tally.js'

/**
 * What rows are coded with.
 * @typedef {object} Coding
 * @property {Code} code
 * @property {Float32Array} factor `dim × code.dim`: the axes as columns
 * @property {Float32Array} offsets `code.dim` values, added to coefficients
 * @property {Float32Array} centres `clusters × code.dim`, taken off; empty where there are none
 * @property {Uint32Array} ids the centre of each row
 * @property {Near | undefined} near which errors count more
 * @property {Uint32Array} neighbours the nearest rows of each row, where these say it
 */

/** Codes rows, a multiple of the code's blocks. */
export const encodeJob = {
  url: import.meta.url,
  name: 'encodeJob',
  /**
   * @param {{ start: number, rows: number, dim: number, data: Float32Array }} rows
   * @param {Coding} coding
   * @param {(a: Float32Array, b: Float32Array, m: number, k: number, n: number) => Promise<Float32Array>} product
   */
  async run({ start, rows, dim, data }, { code, factor, offsets, centres, ids, near, neighbours }, product) {
    const width = code.dim
    const x = await product(data, factor, rows, dim, width)
    let kept = 0
    for (let i = 0, at = 0; i < rows; i++) {
      const centre = centres.length > 0 ? ids[i] * width : -1
      for (let j = 0; j < width; j++, at++) {
        const value = Math.fround(x[at] + offsets[j])
        kept += value * value
        x[at] = centre < 0 ? value : value - centres[centre + j]
      }
    }
    const gains = gainsOf(x, width, code.gains)
    const job = jobOf(code, x, gains)
    const ks = near
      ? chooseNear(job, widthOf(near.count), directionsOf(near, width, start, neighbours))
      : chooseLevels(job)
    // Of the counts, only what the error follows from: all of them are as large as the codes of short jobs.
    const { offs, rest } = tallyOf(code, x, ks, gains)
    return { ...encodeLevels(code, ks, gains), kept, offs, rest }
  }
}
