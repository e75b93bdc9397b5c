import type { Found } from './search.js'

/** A pipeline that was looked at. */
export interface Considered {
  readonly pipeline: string
  /** Names of its stages. */
  readonly family: string
  /** Of the file; about, where it was not run on all rows. */
  readonly bytes: number
  /** In the measure of the goal. */
  readonly loss: number
  readonly seconds: number
  /** Whether it was run on all rows: all figures are estimates otherwise. */
  readonly exact: boolean
}

/**
 * Everything that a search looked at, each pipeline once, small files first; `beside` is what a file has besides its table, in bytes, and
 * `besideBytes` what of that the bytes of attempts do not count.
 */
export function considered({ attempts, contenders }: Found, beside: number, besideBytes = 0): Considered[] {
  const found = new Map<string, Considered>()
  for (const { spec, recipe, estimate } of contenders) {
    const { bytes, loss, seconds } = estimate
    found.set(spec, {
      pipeline: spec,
      family: recipe.family,
      bytes: Math.round(bytes + beside),
      loss,
      seconds,
      exact: false
    })
  }
  for (const { spec, made, bytes, loss, seconds } of attempts) {
    const family = made.stages.map(({ name }) => name).join(' | ')
    found.set(spec, { pipeline: spec, family, bytes: bytes + besideBytes, loss, seconds, exact: true })
  }
  return [...found.values()].sort((a, b) => a.bytes - b.bytes)
}
