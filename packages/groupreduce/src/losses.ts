import type { Dense } from '@slimbed/core'
import type { Source } from './grams.js'
import { basisOf, type Parts } from './parts.js'

/** The error that each row would have in each group. */
export interface Losses {
  /** Squared errors, `rows × groups`, row-major; 0 in a group whose rows are stored. */
  readonly errors: Float32Array
  readonly groups: number
}

/** The squared error of every row under the subspace of every group, from one pass. */
export async function lossesOf(
  source: Source,
  parts: Parts,
  progress: (done: number, total: number) => void
): Promise<Losses> {
  const { matrix, dim, tensor, signal } = source
  const { rows } = matrix
  const groups = parts.ranks.length
  const factored: number[] = []
  const bases: Dense[] = []
  for (let group = 0; group < groups; group++) {
    const basis = await basisOf(parts, group, dim)
    if (!basis) continue
    factored.push(group)
    bases.push(basis)
  }
  const errors = new Float32Array(rows * groups)
  if (bases.length === 0) return { errors, groups }
  const found = Float32Array.from((await tensor.residual(matrix, bases, { signal, progress })).errors)
  if (bases.length === groups) return { errors: found, groups }
  for (let row = 0, at = 0; row < rows; row++) {
    for (const group of factored) errors[row * groups + group] = found[at++]
  }
  return { errors, groups }
}
