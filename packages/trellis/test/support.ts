import { randomAt } from '@slimbed/core'

/** Numbers of a normal distribution (Box and Muller 1958). */
export function gaussian(seed: number, length: number): Float32Array {
  const random = randomAt(seed >>> 0)
  return Float32Array.from({ length }, () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()))
}
