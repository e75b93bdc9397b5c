import { defineScheduler, option } from '@slimbed/core'
import { checkSteps, stepsPerEpoch } from './options.js'

/** A rate that falls at once, by `factor` after every `epochs` epochs. Throws `bad-option` without `stepsPerEpoch`. */
export const step = defineScheduler({
  name: 'step',
  summary: 'a learning rate that falls by a factor after every few epochs',
  options: {
    rate: option.number({ min: 0, default: 1e-3, help: 'the first rate' }),
    factor: option.number({ min: 0, max: 1, default: 0.5, help: 'what the rate is multiplied by' }),
    epochs: option.integer({ min: 1, default: 1, help: 'epochs from one fall to the next' }),
    stepsPerEpoch
  },
  check: (options) => checkSteps('step', options),
  rate: (at, { rate, factor, epochs, stepsPerEpoch }) => rate * factor ** Math.floor(at / (epochs * stepsPerEpoch!))
})
