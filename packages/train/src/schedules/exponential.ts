import { defineScheduler, option } from '@slimbed/core'
import { checkSteps, stepsPerEpoch } from './options.js'

/** A rate that falls with every step, by `decay` in an epoch. Throws `bad-option` without `stepsPerEpoch`. */
export const exponential = defineScheduler({
  name: 'exponential',
  summary: 'a learning rate that falls with every step, by a factor per epoch',
  options: {
    rate: option.number({ min: 0, default: 1e-3, help: 'the first rate' }),
    decay: option.number({ min: 0, max: 1, default: 0.5, help: 'what the rate is multiplied by in an epoch' }),
    stepsPerEpoch
  },
  check: (options) => checkSteps('exponential', options),
  rate: (step, { rate, decay, stepsPerEpoch }) => rate * decay ** (step / stepsPerEpoch!)
})
