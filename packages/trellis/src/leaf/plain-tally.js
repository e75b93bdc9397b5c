/** @import { Code } from './code.js' */
/** @import { Tally } from './tally.js' */
import { tokenOf } from './plain-levels.js'

/** Symbols that a table has room for. */
const tableSize = 64

/**
 * `tallyOf` in JavaScript: the sums are those of the compiled one.
 * @param {Code} code
 * @param {Float32Array} x
 * @param {Int32Array} ks
 * @param {Uint8Array} gains
 * @param {Tally} tally added to
 */
export function plainTally(code, x, ks, gains, { tokens, offs, rest }) {
  const { dim, contexts, quantizers, next, step } = code
  for (let row = 0, at = 0; row < gains.length; row++) {
    const gain = 2 * code.gains.step * gains[row]
    for (let j = 0, state = 0; j < dim; j++, at++) {
      const k = Math.abs(ks[at])
      const quantizer = quantizers[state]
      const context = contexts[j] + gain + quantizer
      const value = Math.abs(x[at]) / step
      tokens[context * tableSize + tokenOf(k)]++
      if (k === 0) rest[0] += value * value
      else {
        const off = 2 * k - quantizer - value
        const entry = (context * 3 + Math.min(k, 3) - 1) * 3
        offs[entry]++
        offs[entry + 1] += off
        offs[entry + 2] += off * off
      }
      state = next[2 * state + (k & 1)]
    }
  }
}
