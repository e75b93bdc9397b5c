import { type OptionsOf, option, SlimbedError } from '@slimbed/core'

/** The options of `groupreduce`. */
export const options = {
  groups: option.integer({ min: 1, max: 4096, default: 10, help: 'number of groups of rows' }),
  ratio: option.number({
    min: 1,
    help: 'how many times smaller the table must be, group numbers of the rows included'
  }),
  minRank: option.integer({ min: 1, help: 'lowest rank of a group, instead of a ratio' }),
  grouping: option.choice({
    choices: ['equal', 'counts'],
    default: 'counts',
    help: 'first groups: of equal size, by falling weight; or clusters of similar weight'
  }),
  ranks: option.choice({
    choices: ['frequency', 'greedy'],
    default: 'greedy',
    help: 'in proportion to the mean weight of a group (the paper); or where each stored value reduces the error most'
  }),
  refine: option.choice({
    choices: ['paper', 'rate-distortion', 'none'],
    default: 'rate-distortion',
    help: 'rows move to the group with the least error; or with the least error plus cost of their bytes; or not'
  }),
  iterations: option.integer({ min: 0, default: 10, help: 'most rounds of moving rows' }),
  moveFraction: option.number({
    min: 0,
    max: 1,
    help: 'of the rows that want to move in a round, the share that may; by default 0.1 (paper) or 1 (rate-distortion)'
  }),
  minMoves: option.integer({ min: 1, default: 1, help: 'refinement ends when fewer rows than this want to move' }),
  weights: option.choice({
    choices: ['frequency', 'sqrt', 'log', 'none'],
    default: 'sqrt',
    help: 'how much a row counts: its weight, the square root of it, its logarithm, or all rows equally'
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
