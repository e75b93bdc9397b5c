import { type OptionsOf, option, SlimbedError } from '@slimbed/core'

/** The options of `lowrank`. */
export const options = {
  rank: option.integer({ min: 1, help: 'the rank: columns of the left factor' }),
  ratio: option.number({
    min: 1,
    help: 'how many times smaller the table must be; the largest rank that allows it is used'
  }),
  energy: option.number({
    min: 0,
    max: 1,
    help: 'share of the squared norm to keep; the smallest rank that keeps it is used'
  }),
  weighted: option.boolean({
    default: false,
    help: 'whether rows count by their weights (word frequency); without weights all count equally'
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
