/** @import { FixedCode } from './code.js' */

/**
 * The root mean square of each row over the columns that are coded, in units of their scales.
 * @param {Float32Array} x `rows × dim`
 * @param {Pick<FixedCode, 'scale' | 'bits'>} code
 */
export function normsOf(x, { scale, bits }) {
  const dim = scale.length
  const count = bits.reduce((sum, some) => sum + (some > 0 ? 1 : 0), 0)
  return Float64Array.from({ length: x.length / dim }, (_, row) => {
    let sum = 0
    for (let j = 0, at = row * dim; j < dim; j++, at++) if (bits[j] > 0) sum += (x[at] / (scale[j] || 1)) ** 2
    return Math.sqrt(sum / Math.max(1, count))
  })
}

/**
 * The class of gain of each row: the nearest as a logarithm.
 * @param {Float32Array} x `rows × dim`
 * @param {Pick<FixedCode, 'scale' | 'bits' | 'gains'>} code
 */
export function classesOf(x, { scale, bits, gains }) {
  if (!gains) return new Uint8Array(x.length / scale.length)
  const last = gains.length - 1
  const bottom = Math.log2(gains[0])
  const step = (Math.log2(gains[last]) - bottom) / last || 1
  return Uint8Array.from(normsOf(x, { scale, bits }), (norm) =>
    Math.min(last, Math.max(0, Math.round((Math.log2(norm + 1e-30) - bottom) / step)))
  )
}
