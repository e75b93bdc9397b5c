import { SlimbedError } from '@slimbed/runtime'

/** Throws `bad-input` unless `weights`, if there are any, are `rows` finite numbers of 0 or more. */
export function checkWeights(weights: Float32Array | undefined, rows: number): void {
  if (!weights) return
  if (weights.length !== rows) {
    throw new SlimbedError('bad-input', `expected ${rows} weights, one for each row, not ${weights.length}`)
  }
  const wrong = weights.findIndex((weight) => !(weight >= 0 && weight < Infinity))
  if (wrong >= 0)
    throw new SlimbedError('bad-input', `weight ${wrong} is ${weights[wrong]}, expected a finite number of 0 or more`)
}
