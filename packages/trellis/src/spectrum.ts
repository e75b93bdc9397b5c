/** The variance that is left in each axis at most, so that the axes take `bits` a row: reverse water-filling (Cover and Thomas 10.3.3). */
export function waterLevel(variances: ArrayLike<number>, bits: number): number {
  const sorted = Float64Array.from(variances).sort().reverse()
  let logs = 0
  let level = 0
  for (let count = 1; count <= sorted.length; count++) {
    if (!(sorted[count - 1] > 0)) break
    logs += Math.log2(sorted[count - 1])
    level = 2 ** ((logs - 2 * bits) / count)
    if (!(sorted[count] > level)) break
  }
  return level
}

/** The variance that is left in each axis at most, where `error` is left in all: each keeps the lesser of this and its own. */
export function noiseLevel(variances: ArrayLike<number>, error: number): number {
  const sorted = Float64Array.from(variances).sort()
  let left = error
  for (let i = 0; i < sorted.length; i++) {
    const level = left / (sorted.length - i)
    if (level <= sorted[i]) return level
    left -= sorted[i]
  }
  return sorted.length > 0 ? sorted[sorted.length - 1] : 0
}

/** The standard deviation of each column of `x`, `rows × dim`. */
export function sigmasOf(x: Float32Array, dim: number): Float64Array {
  const squares = new Float64Array(dim)
  const rows = x.length / dim
  for (let i = 0, at = 0; i < rows; i++) for (let j = 0; j < dim; j++, at++) squares[j] += x[at] * x[at]
  return squares.map((square) => Math.sqrt(square / Math.max(1, rows)))
}
