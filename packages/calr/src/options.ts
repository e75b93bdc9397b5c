import { type OptionsOf, option, SlimbedError } from '@slimbed/core'

/** The options of `calr`. */
export const options = {
  upper: option.number({ min: 0, default: 1e-3, help: 'the highest rate, at the peaks of the first epoch' }),
  decay: option.number({ min: 0, max: 1, default: 0.1, help: 'factor for the upper bound after every epoch' }),
  cycle: option.integer({ min: 2, default: 2000, help: 'steps from the lower bound to the upper one and back' }),
  lower: option.number({ min: 0, help: 'the lowest rate (default: the upper bound after five epochs)' }),
  stepsPerEpoch: option.integer({ min: 1, help: 'steps per epoch; slimbed train sets it' })
} as const

/** The values of the options of `calr`. */
export type Options = OptionsOf<typeof options>

/** Throws `bad-option` without steps per epoch, for bounds in the wrong order, and where nothing is above 0. */
export function checkOptions({ upper, decay, lower, stepsPerEpoch }: Options): void {
  const fail = (message: string): never => {
    throw new SlimbedError('bad-option', `calr: ${message}`)
  }
  if (stepsPerEpoch === undefined) fail('give stepsPerEpoch, the number of batches of one epoch')
  if (upper === 0) fail('option upper must be above 0')
  if (decay === 0) fail('option decay must be above 0, up to 1; 1 is plain cyclic')
  if (lower !== undefined && lower >= upper) fail(`lower=${lower} must be below upper=${upper}`)
}
