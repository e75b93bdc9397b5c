import { defineScheduler, option } from '@slimbed/core'
import { checkBounds } from './options.js'

/** Triangles between two rates, from the lower one at step 0 (Smith 2017). Throws `bad-option` for bounds in the wrong order. */
export const cyclic = defineScheduler({
  name: 'cyclic',
  summary: 'triangles between two learning rates',
  options: {
    upper: option.number({ min: 0, default: 1e-3, help: 'the highest rate' }),
    lower: option.number({ min: 0, default: 1e-8, help: 'the lowest rate' }),
    cycle: option.integer({ min: 2, default: 2000, help: 'steps from the lower bound to the upper one and back' })
  },
  check: (options) => checkBounds('cyclic', options),
  rate(step, { upper, lower, cycle }) {
    const half = cycle / 2
    const position = step % cycle
    return lower + ((upper - lower) * Math.min(position, cycle - position)) / half
  }
})
