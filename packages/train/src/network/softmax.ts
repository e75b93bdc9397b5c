/** What a batch of scores is worth. */
export interface Loss {
  /** The mean of −log of the probability given to the right class; NaN where scores are. */
  readonly value: number
  /** Its gradient with respect to the scores. */
  readonly gradient: Float32Array
}

/** Softmax of each row of `scores`, `rows × classes`; `told` is given the logarithm of what each row was divided by. */
export function softmax(
  scores: Float32Array,
  classes: number,
  told?: (row: number, log: number) => void
): Float32Array {
  const out = new Float32Array(scores.length)
  for (let start = 0; start < scores.length; start += classes) {
    let most = Number.NEGATIVE_INFINITY
    for (let j = 0; j < classes; j++) most = Math.max(most, scores[start + j])
    let sum = 0
    for (let j = 0; j < classes; j++) sum += Math.exp(scores[start + j] - most)
    for (let j = 0; j < classes; j++) out[start + j] = Math.exp(scores[start + j] - most) / sum
    told?.(start / classes, most + Math.log(sum))
  }
  return out
}

/** The mean cross-entropy of softmax over a batch. */
export function crossEntropy(scores: Float32Array, classes: number, labels: ArrayLike<number>): Loss {
  const count = labels.length
  let value = 0
  // From the scores: a probability may be too small for a float32 where its logarithm is not.
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
