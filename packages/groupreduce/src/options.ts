import { type OptionsOf, option, SlimbedError } from '@slimbed/core'

/** The options of `groupreduce`. */
export const options = {
  groups: option.integer({ min: 1, max: 4096, default: 10, help: 'groups of rows to begin with' }),
  ratio: option.number({ min: 1, help: 'how many times smaller the table must be, group ids included' }),
  minRank: option.integer({ min: 1, help: 'the rank of the least group, in place of a ratio' }),
  grouping: option.choice({
    choices: ['equal', 'counts'],
    default: 'counts',
    help: 'first groups: as many rows each, by falling weight; or clusters of like weight'
  }),
  ranks: option.choice({
    choices: ['frequency', 'greedy'],
    default: 'greedy',
    help: 'in proportion to the mean weight of a group (the paper); or where a stored value saves most'
  }),
  refine: option.choice({
    choices: ['paper', 'rate-distortion', 'none'],
    default: 'rate-distortion',
    help: 'how rows move to another group: to the least error, or to the least error for its bytes'
  }),
  iterations: option.integer({ min: 0, default: 10, help: 'times that rows may move' }),
  moveFraction: option.number({
    min: 0,
    max: 1,
    help: 'share of the rows that would move that do; by default 0.1 (paper) or 1 (rate-distortion)'
  }),
  minMoves: option.integer({ min: 1, default: 1, help: 'fewer rows that would move end the refinement' }),
  weights: option.choice({
    choices: ['frequency', 'sqrt', 'log', 'none'],
    default: 'sqrt',
    help: 'how much a row counts, by its weight: in proportion, by its square root, its logarithm, or not'
  })
} as const

/** The values of the options of `groupreduce`. */
export type Options = OptionsOf<typeof options>

/** Throws `bad-option` unless exactly one of ratio and minRank is given. */
export function checkOptions({ ratio, minRank, moveFraction }: Options): void {
  if ((ratio === undefined) === (minRank === undefined)) {
    const got = ratio === undefined ? 'neither' : `ratio=${ratio}, minRank=${minRank}`
    throw new SlimbedError('bad-option', `groupreduce: give exactly one of ratio and minRank, not ${got}`)
  }
  if (moveFraction === 0) {
    throw new SlimbedError('bad-option', 'groupreduce: option moveFraction must be above 0, up to 1')
  }
}
