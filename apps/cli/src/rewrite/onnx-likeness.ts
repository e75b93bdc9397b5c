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
