import { option } from '@slimbed/core'
import { defineOptimizer } from './optimizer.js'

/** Stochastic gradient descent, with or without momentum. */
export const sgd = defineOptimizer({
  name: 'sgd',
  options: { momentum: option.number({ min: 0, max: 1, default: 0, help: 'how much of the last change is added' }) },
  make: ({ momentum }) => ({
    slots: momentum === 0 ? 0 : 1,
    initial: 0,
    row(data, at, dim, gradient, from, [changes], rate) {
      for (let j = 0; j < dim; j++) {
        const change = rate * gradient[from + j] + (changes ? momentum * changes[at + j] : 0)
        if (changes) changes[at + j] = change
        data[at + j] -= change
      }
    }
  })
})
