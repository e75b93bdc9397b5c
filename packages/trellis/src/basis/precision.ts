/** How long a vector is at most: its elements are levels, which go to 2²⁰ at least. */
const longest = 2 ** 19

/** Axes whose coefficients are multiplied by numbers of their own, since errors along them count differently. */
export interface Scaled {
  /** Those numbers, one for each axis; `variances` are those after it. */
  readonly scales: ArrayLike<number>
}

/**
 * How long the vectors of a basis should be before they are rounded to steps of 1, so that rounding adds as much to the rows' bits as it
 * saves of the basis's. A rotation by a small angle e between axes of variances a and b costs a row
 * `e² / 2 · (a − b) · (1 / max(b, noise) − 1 / max(a, noise))` nats. With `scales` what turns from one axis to the other is what it was before it was
 * scaled, and errors count as they do along the other axis; a row pays for these by nats too, `1 / (2 noise)` for each unit.
 */
export function lengthsOf(
  variances: ArrayLike<number>,
  count: number,
  rows: number,
  noise: number,
  scaled?: Scaled
): Float64Array {
  const dim = variances.length
  const need = (j: number) => 1 / Math.max(variances[j], noise)
  const left = (j: number) => Math.min(variances[j] / noise, 1)
  return Float64Array.from({ length: count }, (_, i) => {
    let loss = 0
    for (let j = i + 1; j < dim; j++) {
      if (scaled) {
        const share = (scaled.scales[j] / scaled.scales[i]) ** 2
        loss += (variances[i] * share - variances[j]) * need(j) + (variances[j] / share - variances[i]) * need(i)
        loss += (1 / share - 1) * left(j) + (share - 1) * left(i)
      } else loss += (variances[i] - variances[j]) * (need(j) - need(i))
    }
    // A rounding error has a variance of about 1/4; it spreads over the elements of the vector.
    return Math.min(longest, Math.sqrt((rows * Math.max(0, loss)) / Math.max(1, dim - i)) / 2)
  })
}

/** The bytes of vectors of these lengths, about. */
export function basisBytes(dim: number, lengths: Float64Array): number {
  return lengths.reduce((sum, length, i) => {
    const size = dim - i
    return sum + (size * Math.log2(1 + (length * length) / size / 0.3)) / 16
  }, 0)
}
