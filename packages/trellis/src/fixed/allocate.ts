/**
 * The squared error of values of a normal distribution and variance 1 that take k bits, measured with 1,024 states and codebooks that were
 * fitted; nothing at 0 bits. Bits beyond these take a little more than 6 dB each.
 */
const errors = [1, 0.2746, 0.0719, 0.01855, 0.00479, 0.00127, 0.000332, 0.0000855, 0.000022]

/** The most bits of a column. */
export const mostBits: number = errors.length - 1

/** Bits for columns, and the squared error of a row that is left. */
export interface Allocation {
  readonly bits: Uint8Array
  readonly error: number
}

/**
 * The bits of columns of these variances with the least error, `total` in all, `most` each: a bit goes where it takes most of the error, one
 * after another, which is best since each bit of a column takes less than the one before (Fox 1966; reverse water-filling in whole bits). Fewer where all have `most`.
 */
export function allocate(variances: ArrayLike<number>, total: number, most: number): Allocation {
  const bits = new Uint8Array(variances.length)
  const gainOf = (j: number, count: number) => variances[j] * (errors[count] - errors[count + 1])
  // Every gain that there is, the greatest first: those of a column fall, so that the first `total` are its first ones.
  const steps = Array.from(bits, (_, j) => j).flatMap((j) =>
    Array.from({ length: Math.min(most, mostBits) }, (_, count) => ({ j, gain: gainOf(j, count) }))
  )
  steps.sort((a, b) => b.gain - a.gain || a.j - b.j)
  for (const { j } of steps.slice(0, Math.max(0, total))) bits[j]!++
  return { bits, error: bits.reduce((sum, count, j) => sum + variances[j] * errors[count], 0) }
}
