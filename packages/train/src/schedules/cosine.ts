import { defineScheduler, option, SlimbedError } from '@slimbed/core'
import { checkBounds, checkSteps, stepsPerEpoch } from './options.js'

/** How far an epoch is through its period, in [0, 1). The first period has `first` epochs, each next one `growth` times as many. */
function shareOf(epoch: number, first: number, growth: number): number {
  if (growth === 1) return (epoch % first) / first
  // Periods 0 … n − 1 take first · (growthⁿ − 1) / (growth − 1) epochs.
  let period = Math.floor(Math.log(1 + (epoch * (growth - 1)) / first) / Math.log(growth))
  const startOf = (n: number) => (first * (growth ** n - 1)) / (growth - 1)
  if (startOf(period + 1) <= epoch) period++
  return Math.max(0, (epoch - startOf(period)) / (first * growth ** period))
}

/**
 * Half a cosine from the upper rate down to the lower one, then again, each time over `growth` times as many epochs
 * (Loshchilov and Hutter 2017, SGDR). Throws `bad-option` without `stepsPerEpoch` and for bounds in the wrong order.
 */
export const cosine = defineScheduler({
  name: 'cosine',
  summary: 'half a cosine down from the highest learning rate, with warm restarts',
  options: {
    upper: option.number({ min: 0, default: 1e-3, help: 'the highest rate' }),
    lower: option.number({ min: 0, default: 0, help: 'the lowest rate' }),
    epochs: option.number({ min: 0, default: 1, help: 'epochs until the first restart' }),
    growth: option.number({ min: 1, default: 2, help: 'factor by which each period is longer than the one before' }),
    stepsPerEpoch
  },
  check(options) {
    checkSteps('cosine', options)
    checkBounds('cosine', options)
    if (options.epochs === 0) throw new SlimbedError('bad-option', 'cosine: option epochs must be above 0')
  },
  rate(step, { upper, lower, epochs, growth, stepsPerEpoch }) {
    const share = shareOf(step / stepsPerEpoch!, epochs, growth)
    return lower + ((upper - lower) * (1 + Math.cos(Math.PI * share))) / 2
  }
})
