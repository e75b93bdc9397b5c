/** Bits of a value of standard deviation `sigma`, about: half its distance in octaves from the rounding error. */
const bitsAbout = (sigma: number, step: number): number => Math.log2(1 + (sigma * sigma) / (0.3 * step * step)) / 2

/**
 * What a bit may cost in squared steps, for columns of these standard deviations: 0.35 where all take many bits, as theory has it for
 * fine steps; more where most values are 0 (measured).
 */
export function lambdaOf(sigmas: Float64Array, step: number): number {
  const bits = sigmas.reduce((sum, sigma) => sum + bitsAbout(sigma, step), 0) / Math.max(1, sigmas.length)
  return 0.35 + 0.65 * Math.exp(-1.5 * bits)
}
