import { type OptionsOf, option } from '@slimbed/core'

/** The options of `rotate`. */
export const options = {
  kind: option.choice({
    choices: ['hadamard', 'random'],
    default: 'hadamard',
    help: 'signs and Hadamard matrices, up to 4096 columns; or the Q of a matrix of normally distributed numbers, up to 2048'
  }),
  seed: option.integer({
    min: 0,
    max: 2 ** 32 - 1,
    help: 'what the rotation follows from; unless given, the seed of the run'
  })
} as const

/** The values of the options of `rotate`. */
export type Options = OptionsOf<typeof options>
