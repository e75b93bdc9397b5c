import { type OptionsOf, option, SlimbedError } from '@slimbed/core'

/** The options of `trellis`. */
export const options = {
  bits: option.number({ min: 0.01, max: 16, help: 'bits a value, all that the table takes included' }),
  ratio: option.number({ min: 1, help: 'how many times smaller than float32 the table is at least' }),
  error: option.number({ min: 0, max: 1, help: 'the relative error of the table at most: the norm of what is lost' }),
  maxBytes: option.integer({ min: 1, help: 'bytes of the table at most' }),
  states: option.choice({
    choices: ['8', '16', '32', '64', '128', '256'],
    default: '256',
    help: 'states of the trellis: more lose less, and take longer to encode'
  }),
  clusters: option.choice({
    choices: ['auto', '0', '16', '32', '64', '128', '256', '512', '1024', '2048', '4096', '8192'],
    default: 'auto',
    help: 'rows of a coarse codebook, of which each row takes the nearest before it is coded; auto tries some'
  }),
  basis: option.choice({
    choices: ['klt', 'none'],
    default: 'klt',
    help: 'the axes in which rows are coded: the principal ones of what is left of them, or their own'
  }),
  block: option.integer({
    min: 1,
    max: 1024,
    default: 32,
    help: 'rows that are coded together: 1 to read single rows fastest, more to take fewer bytes'
  })
} as const

/** Values for the options of `trellis`. */
export type Options = OptionsOf<typeof options>

/** Throws `bad-option` unless exactly one of bits, ratio, error and maxBytes is given, and error is above 0. */
export function checkOptions({ bits, ratio, error, maxBytes }: Options): void {
  const given = Object.entries({ bits, ratio, error, maxBytes }).filter(([, value]) => value !== undefined)
  if (given.length !== 1) {
    const got = given.map(([name, value]) => `${name}=${value}`).join(', ') || 'none'
    throw new SlimbedError('bad-option', `trellis: give exactly one of bits, ratio, error and maxBytes, not ${got}`)
  }
  if (error === 0) throw new SlimbedError('bad-option', 'trellis: option error must be above 0, up to 1')
}
