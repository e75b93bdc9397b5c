function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i]
  return sum
}

const neighbours = 10

/** The nearest others of each of some vectors of length 1. */
const nearestOf = (vectors: readonly Float64Array[]): Set<number>[] =>
  vectors.map((own, i) => {
    const scores = vectors.map((other, j) => ({ j, score: j === i ? -Infinity : dot(own, other) }))
    scores.sort((a, b) => b.score - a.score)
    return new Set(scores.slice(0, neighbours).map(({ j }) => j))
  })

/** The mean cosine of vectors of length 1 with others, and the part of their ten nearest among themselves that stays. */
export function keptOf(
  before: readonly Float64Array[],
  after: readonly Float64Array[]
): { readonly meanCosine: number; readonly neighboursKept: number } {
  const cosines = before.map((own, i) => dot(own, after[i]))
  const [old, made] = [nearestOf(before), nearestOf(after)]
  const kept = old.reduce((sum, own, i) => sum + [...own].filter((j) => made[i].has(j)).length, 0)
  return {
    meanCosine: cosines.reduce((sum, cosine) => sum + cosine, 0) / before.length,
    neighboursKept: kept / (neighbours * before.length)
  }
}

/** The logarithms of the probabilities that logits stand for. */
function logProbabilities(logits: Float64Array): Float64Array {
  const most = logits.reduce((a, b) => Math.max(a, b), -Infinity)
  const total = Math.log(logits.reduce((sum, value) => sum + Math.exp(value - most), 0))
  return logits.map((value) => value - most - total)
}

/** The Kullback–Leibler divergence of what logits predict from what others predicted, `Σ p log(p / q)`, in nats. */
export function divergence(before: Float64Array, after: Float64Array): number {
  const [p, q] = [logProbabilities(before), logProbabilities(after)]
  return p.reduce((sum, value, i) => sum + Math.exp(value) * (value - q[i]), 0)
}
