import { defineScheduler, option } from '@slimbed/core'

/** The same rate at every step. */
export const constant = defineScheduler({
  name: 'constant',
  summary: 'the same learning rate at every step',
  options: { rate: option.number({ min: 0, default: 1e-3, help: 'the rate' }) },
  rate: (_, { rate }) => rate
})
