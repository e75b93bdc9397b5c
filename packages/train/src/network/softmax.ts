import { LogSums } from '@slimbed/core/numbers'

/** The loss of a batch of scores. */
export interface Loss {
  /** The mean of −log of the probability given to the right class; NaN where scores are. */
  readonly value: number
  /** Its gradient with respect to the scores. */
  readonly gradient: Float32Array
}

/** Softmax of each row of `scores`, `rows × classes`; `told` is called with the logarithm of each row's divisor. */
export function softmax(
  scores: Float32Array,
  classes: number,
  told?: (row: number, log: number) => void
): Float32Array {
  const sums = new LogSums(scores.length / classes)
  const out = new Float32Array(scores.length)
  for (let row = 0, start = 0; start < scores.length; row++, start += classes) {
    let largest = -Infinity
    for (let j = start; j < start + classes; j++) if (scores[j] > largest) largest = scores[j]
    sums.add(row, scores, start, classes, largest)
    for (let j = start; j < start + classes; j++) out[j] = sums.share(row, scores[j])
    told?.(row, sums.log(row))
  }
  return out
}

/** The mean cross-entropy of softmax over a batch. */
export function crossEntropy(scores: Float32Array, classes: number, labels: ArrayLike<number>): Loss {
  const count = labels.length
  let value = 0
  // Computed from the scores, because a probability may be too small for float32 while its logarithm is not.
  const gradient = softmax(scores, classes, (row, log) => {
    value += log - scores[row * classes + labels[row]]
  })
  for (let i = 0; i < count; i++) gradient[i * classes + labels[i]] -= 1
  for (let i = 0; i < gradient.length; i++) gradient[i] /= count
  return { value: value / count, gradient }
}

/** The first class with the highest score in each row. */
export function bestClasses(scores: Float32Array, classes: number): Uint32Array {
  const out = new Uint32Array(scores.length / classes)
  for (let i = 0; i < out.length; i++) {
    for (let j = 1; j < classes; j++) if (scores[i * classes + j] > scores[i * classes + out[i]]) out[i] = j
  }
  return out
}
