import type { Code } from './code.js'

/** The values that levels stand for, as the kind `trellis` decodes them: `rows × dim`. */
export function valuesOf(code: Code, ks: Int32Array, gains: Uint8Array): Float32Array {
  const { dim, contexts, quantizers, next, step, tables } = code
  const out = new Float32Array(ks.length)
  for (let row = 0, at = 0; row < gains.length; row++) {
    for (let j = 0, state = 0; j < dim; j++, at++) {
      const k = Math.abs(ks[at])
      const quantizer = quantizers[state]
      if (k > 0) {
        const context = contexts[j] + 2 * code.gains.step * gains[row] + quantizer
        const shift = tables.shifts[context * 3 + Math.min(k, 3) - 1] / 64
        out[at] = (ks[at] < 0 ? -1 : 1) * ((2 * k - quantizer - shift) * step)
      }
      state = next[2 * state + (k & 1)]
    }
  }
  return out
}
