/** @import { FixedCode } from './code.js' */
import { encodeFixed } from './encode-rows.js'

/**
 * What rows are coded with.
 * @typedef {object} FixedCoding
 * @property {FixedCode} code
 * @property {Float32Array} factor `dim × code.dim`: the axes as columns
 * @property {Float32Array} offsets `code.dim` values, added to coefficients
 * @property {Float32Array} centres `clusters × code.dim`, taken off; empty where there are none
 * @property {Uint32Array} ids the centre of each row
 */

/** Codes rows, a multiple of 8, so that they end with a byte: their bits, what is lost of them, and the squares of what there was. */
export const fixedJob = {
  url: import.meta.url,
  name: 'fixedJob',
  /**
   * @param {{ rows: number, dim: number, data: Float32Array }} rows
   * @param {FixedCoding} coding
   * @param {(a: Float32Array, b: Float32Array, m: number, k: number, n: number) => Promise<Float32Array>} product
   */
  async run({ rows, dim, data }, { code, factor, offsets, centres, ids }, product) {
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
    const { stream, values } = encodeFixed(code, x)
    let squaredError = 0
    for (let at = 0; at < x.length; at++) squaredError += (x[at] - values[at]) ** 2
    return { stream, squaredError, kept }
  }
}
