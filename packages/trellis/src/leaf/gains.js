/** @import { Gains } from './code.js' */

/**
 * The gain class of each row: how much larger or smaller it is than rows are on the whole, over the columns that are coded with some
 * precision. A class is a quarter of an octave of standard deviation, half of one of squares.
 * @param {Float32Array} x `rows × dim`
 * @param {number} dim
 * @param {Gains} gains
 * @returns {Uint8Array}
 */
export function gainsOf(x, dim, { lowest, count, step, weights }) {
  const out = new Uint8Array(x.length / dim)
  if (count === 1) return out
  for (let row = 0, at = 0; row < out.length; row++) {
    let sum = 0
    for (let j = 0; j < dim; j++, at++) sum += weights[j] * x[at] * x[at]
    const gain = Math.round((2 * Math.log2(sum + 1e-30)) / step)
    out[row] = Math.min(Math.max(gain - lowest, 0), count - 1)
  }
  return out
}
