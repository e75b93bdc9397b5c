/** What a table loses at a rate, and by how much the binary logarithm of that falls with each bit a value more. */
export interface Curve {
  readonly values: number
  readonly bits: number
  readonly loss: number
  readonly fall: number
}

/** Bits a value that a table gets at least, and at most. */
const [fewest, most] = [0.02, 16]

/**
 * How many bits a value each of some tables gets of `total` bits, so that the sum of their losses is least: where one bit more takes as much off the loss of
 * any of them (a Lagrange multiplier: Everett 1963; Shoham and Gersho 1988).
 */
export function splitBits(curves: readonly Curve[], total: number): number[] {
  // The logarithm of what a bit takes off the loss.
  const at = (level: number) =>
    curves.map(({ values, bits, loss, fall }) => {
      const own = Math.log2((Math.max(loss, 1e-30) * fall) / values)
      return Math.min(most, Math.max(fewest, bits + (own - level) / fall))
    })
  const taken = (level: number) => at(level).reduce((sum, bits, i) => sum + bits * curves[i].values, 0)
  let [low, high] = [-200, 100]
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2
    if (taken(middle) > total) low = middle
    else high = middle
  }
  return at(high)
}
