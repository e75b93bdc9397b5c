import { type OptionsOf, option, SlimbedError } from '@slimbed/core'

const bits = option.integer({
  min: 1,
  max: 12,
  default: 8,
  help: 'bits of a code: 2^bits rows in each codebook'
})

/** The options of `pq` and `opq`. */
export const partOptions = {
  parts: option.integer({ min: 1, max: 65_536, help: 'parts of the columns, each with a codebook and a code a row' }),
  bits
} as const

/** The options of `residual`. */
export const stageOptions = {
  stages: option.integer({ min: 1, max: 256, help: 'codebooks, each for what the ones before leave of the rows' }),
  bits
} as const

/** Values for the options of `pq` and `opq`. */
export type PartOptions = OptionsOf<typeof partOptions>
/** Values for the options of `residual`. */
export type StageOptions = OptionsOf<typeof stageOptions>

/** A check that an option has a value: throws `bad-option` where it has none. */
export const needs =
  <Name extends string>(stage: string, name: Name) =>
  (given: { readonly [key in Name]?: number | undefined }): void => {
    if (given[name] === undefined) throw new SlimbedError('bad-option', `${stage}: give ${name}`)
  }

/** The widths of `parts` parts of the columns: as many for each, the first ones with one more where that does not come out even. */
export function widthsOf(stage: string, dim: number, parts = 1): number[] {
  if (parts > dim) {
    throw new SlimbedError('bad-option', `${stage}: parts=${parts} of ${dim} columns: at most one part for each`)
  }
  return Array.from({ length: parts }, (_, i) => Math.floor(dim / parts) + (i < dim % parts ? 1 : 0))
}
