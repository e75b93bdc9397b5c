/** `log Σᵢ exp(values[i])`. */
function logSumExp(values: Float64Array): number {
  let most = -Infinity
  for (const value of values) most = Math.max(most, value)
  let sum = 0
  for (const value of values) sum += Math.exp(value - most)
  return most + Math.log(sum)
}

/**
 * The isotropy `min Z(c) / max Z(c)`, `Z(c) = Σᵢ exp(c · xᵢ)`, over unit vectors c and their opposites: 1 when rows lie alike in
 * all of these directions, near 0 when they do not (Mu and Viswanath 2018, Eq. 2, with their directions).
 *
 * `products` are the `rows × dim` inner products of the rows with `dim` unit vectors; `offsets` are added to each column.
 * Columns `first` and later count.
 */
export function isotropy(products: Float32Array, dim: number, first = 0, offsets?: ArrayLike<number>): number {
  const rows = products.length / dim
  if (rows === 0 || first >= dim) return 1
  let [least, most] = [Infinity, -Infinity]
  const column = new Float64Array(rows)
  for (let j = first; j < dim; j++) {
    const offset = offsets ? offsets[j]! : 0
    for (const sign of [1, -1]) {
      for (let i = 0; i < rows; i++) column[i] = sign * (products[i * dim + j]! + offset)
      const value = logSumExp(column)
      least = Math.min(least, value)
      most = Math.max(most, value)
    }
  }
  return Math.exp(least - most)
}
