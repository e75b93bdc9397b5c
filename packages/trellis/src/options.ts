import { type OptionsOf, option, SlimbedError } from '@slimbed/core'
import { trellisStates } from '@slimbed/core/kinds/trellis'
import { fixedStates } from './fixed/start-levels.js'

/** The options of `trellis`. */
export const options = {
  bits: option.number({ min: 0.01, max: 16, help: 'bits a value, all that the table takes included' }),
  ratio: option.number({ min: 1, help: 'how many times smaller than float32 the table is at least' }),
  error: option.number({ min: 0, max: 1, help: 'the relative error of the table at most: the norm of what is lost' }),
  maxBytes: option.integer({ min: 1, help: 'bytes of the table at most' }),
  coding: option.choice({
    choices: ['entropy', 'fixed'],
    default: 'entropy',
    help: 'entropy loses least; fixed takes the same bits for each value of a column, so that any value is read by itself'
  }),
  states: option.integer({
    min: 8,
    max: 4096,
    help: 'states of the trellis, a power of two: more lose less, and take longer to encode; 256 unless given, with coding=fixed 1,024'
  }),
  clusters: option.integer({
    min: 0,
    max: 65_536,
    help: 'rows of the coarse codebook, 0 for none; unless given, the number that loses least of some that are tried'
  }),
  basis: option.choice({
    choices: ['klt', 'hadamard', 'none'],
    default: 'klt',
    help: 'the axes in which rows are coded: the principal ones of what is left of them, those of a random rotation, which takes no bytes, or their own'
  }),
  neighbours: option.integer({
    min: 0,
    max: 64,
    default: 0,
    help: 'nearest rows of each row that are to stay near it, 30 for searches: errors towards them count more; encoding takes several times as long, and the error is a little larger'
  }),
  weights: option.choice({
    choices: ['none', 'sqrt', 'frequency'],
    default: 'none',
    help: 'how much the errors of a row count: alike, or by the square root of its weight, or by its weight'
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

/** Throws `bad-option` unless exactly one of bits, ratio, error and maxBytes is given, error is above 0, and there are such states. */
export function checkOptions({ bits, ratio, error, maxBytes, states, coding, neighbours }: Options): void {
  const given = Object.entries({ bits, ratio, error, maxBytes }).filter(([, value]) => value !== undefined)
  if (given.length !== 1) {
    const got = given.map(([name, value]) => `${name}=${value}`).join(', ') || 'none'
    throw new SlimbedError('bad-option', `trellis: give exactly one of bits, ratio, error and maxBytes, not ${got}`)
  }
  if (error === 0) throw new SlimbedError('bad-option', 'trellis: option error must be above 0, up to 1')
  if (coding === 'fixed' && neighbours > 0) {
    throw new SlimbedError('bad-option', 'trellis: option neighbours is for coding=entropy')
  }
  const allowed = coding === 'fixed' ? fixedStates : trellisStates
  if (states !== undefined && !allowed.includes(states)) {
    throw new SlimbedError('bad-option', `trellis: option states must be one of ${allowed.join(', ')}, not ${states}`)
  }
}
