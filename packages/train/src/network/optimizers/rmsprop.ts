import { option } from '@slimbed/core'
import { defineOptimizer } from './optimizer.js'

/** RMSProp (Hinton 2012), with or without momentum. */
export const rmsprop = defineOptimizer({
  name: 'rmsprop',
  options: {
    decay: option.number({
      min: 0,
      max: 1,
      default: 0.9,
      help: 'how much of the mean squared gradient is kept at a step'
    }),
    momentum: option.number({ min: 0, max: 1, default: 0, help: 'how much of the last change is added' }),
    epsilon: option.number({ min: 0, default: 1e-7, help: 'added to the mean squared gradient' })
  },
  make: ({ decay, momentum, epsilon }) => ({
    slots: 2,
    initial: 0,
    row(data, at, dim, gradient, from, [squares, changes], rate) {
      const [v, last] = [squares, changes]
      for (let j = 0; j < dim; j++) {
        const slope = gradient[from + j]
        const square = decay * v[at + j] + (1 - decay) * slope * slope
        const change = momentum * last[at + j] + (rate * slope) / Math.sqrt(square + epsilon)
        v[at + j] = square
        last[at + j] = change
        data[at + j] -= change
      }
    }
  })
})
