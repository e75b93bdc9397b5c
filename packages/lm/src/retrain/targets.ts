/** The products of words and positions, `words × positions`, and what turns them into logits. */
export interface Scores {
  readonly scores: Float32Array
  /** One value a word. */
  readonly bias: Float32Array
  readonly factor: number
}

/**
 * Turns scores into the probabilities of words at each position, times `scale`, in place; the logarithms of what exponentials were divided
 * by, one a position.
 */
export function probabilities({ scores, bias, factor }: Scores, scale = 1): Float64Array {
  const count = scores.length / bias.length
  const top = new Float32Array(count).fill(-Infinity)
  for (let word = 0, at = 0; word < bias.length; word++) {
    const own = bias[word]
    for (let p = 0; p < count; p++, at++) {
      const logit = factor * (scores[at] + own)
      scores[at] = logit
      if (logit > top[p]) top[p] = logit
    }
  }
  const sums = new Float64Array(count)
  for (let word = 0, at = 0; word < bias.length; word++) {
    for (let p = 0; p < count; p++, at++) {
      const value = Math.exp(scores[at] - top[p])
      scores[at] = value
      sums[p] += value
    }
  }
  const shares = Float64Array.from(sums, (sum) => scale / sum)
  for (let word = 0, at = 0; word < bias.length; word++) {
    for (let p = 0; p < count; p++, at++) scores[at] *= shares[p]
  }
  return sums.map((sum, p) => top[p] + Math.log(sum))
}

/** What a model must predict at some positions. */
export interface Target {
  /** The word that comes next, one a position. */
  readonly next: Uint32Array
  /** The probabilities that a teacher gives to words, `words × positions`. */
  readonly expected?: Float32Array | undefined
  /** How much these count, beside the word that comes next: 0 to 1. */
  readonly share: number
}

/**
 * Turns scores into the gradient of the mean cross-entropy towards a target (Hinton et al. 2015), in place; the mean negative log likelihood of
 * the words that come next, in nats.
 */
export function slopes(given: Scores, { next, expected, share }: Target): number {
  const { scores, bias, factor } = given
  const count = next.length
  const own = Float64Array.from(next, (word, p) => factor * (scores[word * count + p] + bias[word]))
  const scale = factor / count
  const logs = probabilities(given, scale)
  if (expected) for (let i = 0; i < scores.length; i++) scores[i] -= scale * share * expected[i]
  const certain = expected ? 1 - share : 1
  let sum = 0
  for (let p = 0; p < count; p++) {
    scores[next[p] * count + p] -= scale * certain
    sum += logs[p] - own[p]
  }
  return sum / count
}

/** The sum of each row of a matrix of `rows` rows. */
export function rowSums(values: Float32Array, rows: number): Float32Array {
  const width = values.length / rows
  const out = new Float32Array(rows)
  for (let row = 0, at = 0; row < rows; row++) {
    let sum = 0
    for (let j = 0; j < width; j++) sum += values[at++]
    out[row] = sum
  }
  return out
}
