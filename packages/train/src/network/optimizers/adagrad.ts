import { option } from '@slimbed/core'
import { defineOptimizer } from './optimizer.js'

/** Adagrad (Duchi et al. 2011). */
export const adagrad = defineOptimizer({
  name: 'adagrad',
  options: {
    initial: option.number({ min: 0, default: 0.1, help: 'what the sums of squared gradients begin with' }),
    epsilon: option.number({ min: 0, default: 1e-7, help: 'added to the root of the sum of squared gradients' })
  },
  make: ({ initial, epsilon }) => ({
    slots: 1,
    initial,
    row(data, at, dim, gradient, from, [squares], rate) {
      const sums = squares
      for (let j = 0; j < dim; j++) {
        const slope = gradient[from + j]
        const sum = sums[at + j] + slope * slope
        sums[at + j] = sum
        data[at + j] -= (rate * slope) / (Math.sqrt(sum) + epsilon)
      }
    }
  })
})
