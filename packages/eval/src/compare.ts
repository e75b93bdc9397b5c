import { randomAt } from '@slimbed/core'
import type { Outcome, Score } from './outcome.js'
import { type Difference, pairedBootstrap } from './statistics/bootstrap.js'

/** A score, compared with the score of another table. */
export interface ComparedScore extends Score {
  /** This score minus the other one, with its 95 % interval. */
  readonly difference?: Difference
}

/** Options of `compareOutcomes`. */
export interface CompareOptions {
  readonly seed: number
  /** Samples drawn for each interval; 1,000 by default. */
  readonly resamples?: number
}

/** Compares scores with those of another table on the same tasks. A score that the other table lacks has no difference. */
export function compareOutcomes(
  mine: readonly Outcome[],
  theirs: readonly Outcome[],
  { seed, resamples = 1000 }: CompareOptions
): ComparedScore[] {
  return mine.map((outcome) => {
    const { score } = outcome
    const other = theirs.find(
      (one) => one.score.task === score.task && one.score.measure === score.measure && one.score.kind === score.kind
    )
    if (!other || other.used !== outcome.used) return score
    const random = randomAt(seed, ['bootstrap', score.kind, score.task])
    return { ...score, difference: pairedBootstrap(outcome, other, { random, resamples }) }
  })
}
