import { type OptionsOf, option, SlimbedError } from '@slimbed/core'

/** The options of `lowrank`. */
export const options = {
  rank: option.integer({ min: 1, help: 'columns of the left factor' }),
  ratio: option.number({ min: 1, help: 'the largest rank that makes the table at least this many times smaller' }),
  energy: option.number({ min: 0, max: 1, help: 'the smallest rank that keeps this share of the squared norm' }),
  weighted: option.boolean({
    default: false,
    help: 'whether rows count by their weights (corpus frequency); where there are none, all count the same'
  })
} as const

/** The values of the options of `lowrank`. */
export type Options = OptionsOf<typeof options>

/** Throws `bad-option` unless exactly one of rank, ratio and energy is given, and energy is above 0. */
export function checkOptions({ rank, ratio, energy }: Options): void {
  const given = Object.entries({ rank, ratio, energy }).filter(([, value]) => value !== undefined)
  if (given.length !== 1) {
    const got = given.map(([name, value]) => `${name}=${value}`).join(', ') || 'none'
    throw new SlimbedError('bad-option', `lowrank: give exactly one of rank, ratio and energy, not ${got}`)
  }
  if (energy === 0) throw new SlimbedError('bad-option', 'lowrank: option energy must be above 0, up to 1')
}
