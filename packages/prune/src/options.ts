import { type OptionsOf, option, SlimbedError } from '@slimbed/core'

/** The options of `prune`. */
export const options = {
  rows: option.integer({ min: 1, help: 'rows to keep' }),
  ratio: option.number({
    min: 1,
    help: 'how many times smaller the table must be; as many rows as that allows are kept'
  }),
  keep: option.number({ min: 0, max: 1, help: 'share of the rows to keep' }),
  clusters: option.integer({
    min: 1,
    max: 65_536,
    default: 1,
    help: 'rows that the others share: the mean of each of so many clusters of them'
  })
} as const

/** The values of the options of `prune`. */
export type Options = OptionsOf<typeof options>

/** Throws `bad-option` unless exactly one of rows, ratio and keep is given, and keep is above 0. */
export function checkOptions({ rows, ratio, keep }: Options): void {
  const given = Object.entries({ rows, ratio, keep }).filter(([, value]) => value !== undefined)
  if (given.length !== 1) {
    const got = given.map(([name, value]) => `${name}=${value}`).join(', ') || 'none'
    throw new SlimbedError('bad-option', `prune: give exactly one of rows, ratio and keep, not ${got}`)
  }
  if (keep === 0) throw new SlimbedError('bad-option', 'prune: option keep must be above 0, up to 1')
}
