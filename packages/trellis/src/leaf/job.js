/** @import { Code } from './code.js' */
/** @import { LevelJob } from './level-job.js' */

/** Levels with a value of their own. */
const plain = 16

/**
 * What the kernel is told of rows.
 * @param {Code} code
 * @param {Float32Array} x
 * @param {Uint8Array} gains
 * @returns {LevelJob}
 */
export function jobOf({ dim, step, gains: { step: gainStep }, contexts, quantizers, next, tables, costs }, x, gains) {
  const { shifts, escapes } = tables
  const count = escapes.length - 1
  const levels = new Float32Array(count * plain)
  const tails = new Float32Array(count)
  for (let context = 0; context < count; context++) {
    for (let k = 1; k < plain; k++) {
      levels[context * plain + k] = 2 * k - (context & 1) - shifts[context * 3 + Math.min(k, 3) - 1] / 64
    }
    tails[context] = shifts[context * 3 + 2] / 64
  }
  const flips = quantizers.map((_, state) => next[2 * state] & 1)
  const inverse = Math.fround(1 / step)
  const offsets = gains.map((gain) => 2 * gainStep * gain)
  return { x, rows: gains.length, dim, inverse, gains: offsets, contexts, levels, tails, costs, quantizers, flips }
}
