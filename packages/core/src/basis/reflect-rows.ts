/** Applies the reflection of the unit vector `w`, which begins at `at` and belongs to column `axis`, to `count` rows of `dim` values. */
export function reflectRows(
  rows: Float64Array,
  count: number,
  dim: number,
  axis: number,
  w: Float64Array,
  at: number
): void {
  const size = dim - axis
  const sign = w[at] < 0 ? -1 : 1
  const factor = 1 / (1 + Math.abs(w[at]))
  for (let row = 0, start = axis; row < count; row++, start += dim) {
    let sum = sign * rows[start]
    for (let j = 0; j < size; j++) sum += w[at + j] * rows[start + j]
    sum *= factor
    rows[start] -= sign * sum
    for (let j = 0; j < size; j++) rows[start + j] -= sum * w[at + j]
  }
}
