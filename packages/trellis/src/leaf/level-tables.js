/** @import { LevelJob } from './level-job.js' */
import { tokenOf } from './plain-levels.js'

/** Levels with an entry in the kernel's tables: from `-below` on, up to `tabled`. Those below 0 cost more than any other. */
export const below = 3
export const tabled = 64
export const width = below + tabled
const unreachable = 1e30
/** Levels with a value of their own, and tokens, in the tables of a job. */
const plain = 16
const tokens = 64

/**
 * The values of levels and their costs in each context, `contexts × 67`, and the costs of level 0, `contexts × 2`, as the kernel looks them up.
 * @param {LevelJob} job
 */
export function tablesOf({ levels, tails, costs }) {
  const values = new Float32Array(tails.length * width)
  const prices = new Float32Array(tails.length * width).fill(unreachable)
  const zeros = new Float32Array(2 * tails.length).fill(unreachable)
  for (let context = 0; context < tails.length; context++) {
    const start = context * width + below
    zeros[2 * context] = costs[context * tokens]
    for (let k = 0; k < tabled; k++) {
      values[start + k] = k < plain ? levels[context * plain + k] : 2 * k - (context & 1) - tails[context]
      prices[start + k] = costs[context * tokens + tokenOf(k)]
    }
  }
  return { values, prices, zeros }
}
