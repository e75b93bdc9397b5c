import { SlimbedError } from '@slimbed/core'
import { everyItem, type Outcome } from '../outcome.js'

/** A difference, and the interval that it lies in. */
export interface Difference {
  readonly value: number
  /** The bounds of the interval. */
  readonly low: number
  readonly high: number
}

/** Options of `pairedBootstrap`. */
export interface BootstrapOptions {
  readonly random: () => number
  /** Samples drawn; 1,000 by default. */
  readonly resamples?: number
  /** The share of samples whose difference lies in the interval; 0.95 by default. */
  readonly level?: number
}

/** The quantile `share` of sorted values, with linear interpolation. */
function quantile(rising: Float64Array, share: number): number {
  const at = share * (rising.length - 1)
  const below = Math.floor(at)
  const low = rising[below]
  return low + (at - below) * (rising[Math.min(below + 1, rising.length - 1)] - low)
}

/**
 * The difference of two scores over the same items, `mine − theirs`, with a percentile interval: items are drawn with replacement,
 * the same for both (Efron and Tibshirani 1993, chapter 13). Throws `bad-input` if the scores have different numbers of items.
 */
export function pairedBootstrap(mine: Outcome, theirs: Outcome, options: BootstrapOptions): Difference {
  const { random, resamples = 1000, level = 0.95 } = options
  const { used } = mine
  if (used !== theirs.used || used === 0) {
    throw new SlimbedError('bad-input', `${mine.score.task}: cannot pair ${used} items with ${theirs.used}`)
  }
  const all = everyItem(used)
  const sample = new Uint32Array(used)
  const differences = new Float64Array(resamples)
  for (let round = 0; round < resamples; round++) {
    for (let i = 0; i < used; i++) sample[i] = Math.floor(random() * used)
    differences[round] = mine.of(sample) - theirs.of(sample)
  }
  differences.sort()
  const tail = (1 - level) / 2
  return {
    value: mine.of(all) - theirs.of(all),
    low: quantile(differences, tail),
    high: quantile(differences, 1 - tail)
  }
}
