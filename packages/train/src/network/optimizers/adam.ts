import { option } from '@slimbed/core'
import { defineOptimizer } from './optimizer.js'

/** Adam (Kingma and Ba 2015). */
export const adam = defineOptimizer({
  name: 'adam',
  options: {
    beta1: option.number({ min: 0, max: 1, default: 0.9, help: 'how much of the mean gradient is kept at a step' }),
    beta2: option.number({ min: 0, max: 1, default: 0.999, help: 'how much of the mean squared gradient is kept' }),
    epsilon: option.number({ min: 0, default: 1e-8, help: 'added to the root of the mean squared gradient' })
  },
  make: ({ beta1, beta2, epsilon }) => ({
    slots: 2,
    initial: 0,
    row(data, at, dim, gradient, from, [means, squares], rate, step) {
      const [m, v] = [means, squares]
      const stride = rate / (1 - beta1 ** step)
      const scale = 1 / Math.sqrt(1 - beta2 ** step)
      for (let j = 0; j < dim; j++) {
        const slope = gradient[from + j]
        const mean = beta1 * m[at + j] + (1 - beta1) * slope
        const square = beta2 * v[at + j] + (1 - beta2) * slope * slope
        m[at + j] = mean
        v[at + j] = square
        data[at + j] -= (stride * mean) / (Math.sqrt(square) * scale + epsilon)
      }
    }
  })
})
