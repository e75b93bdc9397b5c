import type { Parameter } from '@slimbed/train/network'

/** The length of the gradient of all parameters. */
export function gradientNorm(parameters: readonly Parameter[]): number {
  let sum = 0
  for (const { gradient, count, dim } of parameters) {
    for (let i = 0; i < count * dim; i++) sum += gradient[i] * gradient[i]
  }
  return Math.sqrt(sum)
}

/** Scales the gradient of all parameters down to the length `most`, if it is longer (Pascanu et al. 2013). */
export function clipGradient(parameters: readonly Parameter[], most: number): void {
  const norm = gradientNorm(parameters)
  if (!(norm > most)) return
  for (const { gradient, count, dim } of parameters) {
    for (let i = 0; i < count * dim; i++) gradient[i] *= most / norm
  }
}
