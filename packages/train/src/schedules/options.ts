import { option, SlimbedError } from '@slimbed/core'

/** The option of all schedules that depend on epochs; `slimbed train` sets its value. */
export const stepsPerEpoch = option.integer({ min: 1, help: 'steps of one epoch; slimbed train knows it' })

/** Throws `bad-option` without steps per epoch. */
export function checkSteps(name: string, options: { readonly stepsPerEpoch: number | undefined }): void {
  if (options.stepsPerEpoch !== undefined) return
  throw new SlimbedError('bad-option', `${name}: give stepsPerEpoch, the number of batches of one epoch`)
}

/** Throws `bad-option` unless `lower` is below `upper`. */
export function checkBounds(name: string, { lower, upper }: { readonly lower: number; readonly upper: number }): void {
  if (lower < upper) return
  throw new SlimbedError('bad-option', `${name}: lower=${lower} must be below upper=${upper}`)
}
