/** Factors for values: 0 for a share of them, and for the others the factor that keeps the mean. */
export type Mask = Float32Array

/**
 * A mask of `count` values that are left out with a probability of `share` (Srivastava et al. 2014), in runs of `run` values that
 * are dropped or kept together; undefined if `share` is 0.
 */
export function maskOf(count: number, share: number, random: () => number, run = 1): Mask | undefined {
  if (share === 0) return undefined
  const mask = new Float32Array(count)
  const kept = 1 / (1 - share)
  for (let i = 0; i < count; i += run) if (random() >= share) mask.fill(kept, i, i + run)
  return mask
}

/** The products of values and a mask, for the forward and for the backward pass. */
export function masked(values: Float32Array, mask: Mask | undefined): Float32Array {
  return mask ? values.map((value, i) => value * mask[i]) : values
}
