/** @import { Code } from './code.js' */
import { chooseLevels } from './choose-levels.js'
import { encodeLevels } from './encode-levels.js'
import { gainsOf } from './gains.js'
import { jobOf } from './job.js'

/**
 * Codes whole blocks of rows, `x` of `code.dim` values each: the bytes of the blocks, one after another, and the length of each.
 * @param {Code} code
 * @param {Float32Array} x
 */
export function encodeRows(code, x) {
  const gains = gainsOf(x, code.dim, code.gains)
  const ks = chooseLevels(jobOf(code, x, gains))
  return { ...encodeLevels(code, ks, gains), ks, gains }
}
