import type { Code } from './code.js'
import { tokenOf } from './plain-levels.js'
import { emptyTally, type Tally, tableSize } from './tables.js'

/** Counts what was coded: tokens by context, and how far levels lie from the values that they stand for. */
export function tallyOf(code: Code, x: Float32Array, ks: Int32Array, gains: Uint8Array): Tally {
  const { dim, contexts, quantizers, next, step, tables } = code
  const tally = emptyTally(tables.escapes.length - 1, code.gains.count)
  const { tokens, counts, sums, squares } = tally
  for (let row = 0, at = 0; row < gains.length; row++) {
    tally.gains[gains[row]]!++
    for (let j = 0, state = 0; j < dim; j++, at++) {
      const k = Math.abs(ks[at])
      const quantizer = quantizers[state]
      const context = contexts[j] + 2 * code.gains.step * gains[row] + quantizer
      const value = Math.abs(x[at]) / step
      tokens[context * tableSize + tokenOf(k)]!++
      if (k === 0) tally.zeros += value * value
      else {
        const off = 2 * k - quantizer - value
        const entry = context * 3 + Math.min(k, 3) - 1
        counts[entry]!++
        sums[entry] += off
        squares[entry] += off * off
      }
      state = next[2 * state + (k & 1)]
    }
  }
  return tally
}

/** The squared error of what was counted, in squared steps, with these shifts. */
export function squaredErrorOf({ counts, sums, squares, zeros }: Tally, shifts: Int8Array): number {
  let error = zeros
  for (let i = 0; i < counts.length; i++) {
    const shift = shifts[i] / 64
    error += squares[i] - 2 * shift * sums[i] + shift * shift * counts[i]
  }
  return error
}

/** The bits of what was counted, with tables whose tokens cost `bits` and gains the last of `frequencies`. */
export function bitsOfTally({ tokens, gains }: Tally, bits: Float64Array, frequencies: Uint16Array): number {
  let sum = 0
  for (let i = 0; i < tokens.length; i++) if (tokens[i] > 0) sum += tokens[i] * bits[i]
  for (let i = 0; i < gains.length; i++) {
    if (gains[i] > 0) sum += gains[i] * (12 - Math.log2(frequencies[tokens.length + i]))
  }
  return sum
}
