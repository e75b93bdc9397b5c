import type { Options } from './options.js'

/** The weights as counts above 0: a weight of 0 becomes the smallest weight above 0. Without weights all counts are 1. */
export function countsOf(weights: Float32Array | undefined, rows: number): Float32Array {
  let least = Number.POSITIVE_INFINITY
  for (const weight of weights ?? []) if (weight > 0 && weight < least) least = weight
  if (!weights || least === Number.POSITIVE_INFINITY) return new Float32Array(rows).fill(1)
  return weights.map((weight) => weight || least)
}

const transforms = {
  frequency: (count: number) => count,
  sqrt: (count: number) => Math.sqrt(count),
  log: (count: number, least: number) => Math.log1p(count / least),
  none: () => 1
} as const

/** How much the error of each row counts: a function of its count, scaled to a mean of 1. */
export function importanceOf(counts: Float32Array, how: Options['weights']): Float32Array {
  const transform = transforms[how]
  let least = Number.POSITIVE_INFINITY
  for (const count of counts) if (count < least) least = count
  let sum = 0
  for (const count of counts) sum += transform(count, least)
  const mean = sum / counts.length
  return counts.map((count) => transform(count, least) / mean)
}
