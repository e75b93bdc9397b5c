/** How rows are made larger before they are coded. */
export interface Levels {
  /** The level of each row. */
  readonly ids: Uint8Array
  /** What rows of each level are multiplied by, and what takes that back. */
  readonly factors: Float32Array
  readonly inverse: Float32Array
}

/** Half octaves that the steps of rows may differ by: a factor of 256. */
const mostLevels = 16

/** How the weight of a row follows from what is known of it. */
export const exponents = { none: 0, sqrt: 0.5, frequency: 1 } as const

/**
 * Levels for weights: a row whose errors count w times as much has a step √w times as fine, in half octaves, so that all rows lose alike for
 * a bit. `exponent` is the power of the weights that counts. Undefined where all rows have one level.
 */
export function levelsOf(weights: Float32Array, exponent: number): Levels | undefined {
  const largest = weights.reduce((most, weight) => Math.max(most, weight), 0)
  const levelOf = (weight: number) => Math.round(exponent * Math.log2(largest / weight))
  const ids = Uint8Array.from(weights, (weight) => (weight > 0 ? Math.min(mostLevels, levelOf(weight)) : mostLevels))
  if (ids.every((id) => id === ids[0])) return undefined
  const count = ids.reduce((most, id) => Math.max(most, id), 0) + 1
  const factors = Float32Array.from({ length: count }, (_, id) => 2 ** ((Math.floor(count / 2) - id) / 2))
  return { ids, factors, inverse: factors.map((factor) => 1 / factor) }
}
