import type { Dense } from '@slimbed/core'
import { traceOf } from '@slimbed/core/numbers'
import type { Spectrum } from '@slimbed/core/tensor'
import { allValues } from './cost.js'
import type { Gram, Source } from './grams.js'
import { sizesOf } from './grouping.js'

/** The groups of a table between two refinements. */
export interface Parts {
  /** The group of each row. */
  readonly ids: Uint16Array
  readonly sizes: readonly number[]
  readonly grams: readonly Gram[]
  readonly spectra: readonly Spectrum[]
  /** `dim` where the rows of a group are stored as they are. */
  readonly ranks: readonly number[]
  /** What is lost, each row by its importance. */
  readonly error: number
  /** Values stored. */
  readonly values: number
}

/** Groups with their Gram matrices, before they have ranks. */
export type Grouped = Omit<Parts, 'ranks' | 'error' | 'values'>

/** Groups with the spectra of their Gram matrices; the spectra of `earlier` are reused where the matrix is the same. */
export async function grouped(
  { matrix, tensor }: Source,
  ids: Uint16Array,
  grams: readonly Gram[],
  earlier?: Grouped
): Promise<Grouped> {
  const spectra: Spectrum[] = []
  for (const [group, gram] of grams.entries()) {
    const same = earlier?.grams[group]?.sum === gram.sum
    spectra.push(same ? earlier.spectra[group] : await tensor.spectrum(gram.sum, matrix.dim))
  }
  return { ids, sizes: sizesOf(ids, grams.length), grams, spectra }
}

/** The error of a group at a rank: the sum of the eigenvalues beyond it. */
function lossOf(gram: Gram, { values }: Spectrum, rank: number, dim: number): number {
  if (rank >= dim) return 0
  let kept = 0
  for (let i = 0; i < rank; i++) kept += values[i]
  return Math.max(0, traceOf(gram.sum, values.length) - kept)
}

/** Groups at the given ranks. */
export function withRanks(groups: Grouped, ranks: readonly number[], dim: number): Parts {
  let error = 0
  for (const [group, gram] of groups.grams.entries()) error += lossOf(gram, groups.spectra[group], ranks[group], dim)
  return { ...groups, ranks, error, values: allValues(groups.sizes, ranks, dim) }
}

/** The leading eigenvectors of a group, `ranks[group]` of them; undefined if its rows, of `dim` columns, are stored. */
export async function basisOf({ ranks, spectra }: Parts, group: number, dim: number): Promise<Dense | undefined> {
  const rank = ranks[group]
  if (rank >= dim) return undefined
  const { vectors } = await spectra[group].leading(rank)
  return { rows: rank, dim: spectra[group].values.length, data: Float32Array.from(vectors) }
}
