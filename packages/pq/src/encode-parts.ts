import type { Context, Dense, Matrix, Table } from '@slimbed/core'
import { beside, codesOf } from './codes.js'

/** The table of the nearest rows of the codebooks, each for some columns after another, times `unit`. */
export async function encodeParts(
  matrix: Matrix,
  codebooks: readonly Dense[],
  unit: number,
  { tensor, signal, progress }: Context
): Promise<Table> {
  const parts = codebooks.map(() => codesOf(matrix.rows))
  const visit = (start: number, ids: Uint32Array) => {
    const rows = ids.length / parts.length
    for (let i = 0, at = 0; i < rows; i++) for (const part of parts) part.set(start + i, ids[at++])
    progress(start + rows, matrix.rows)
  }
  await tensor.nearest(matrix, codebooks, visit, { signal })
  return beside(parts.map((part, i) => part.table(codebooks[i], unit)))
}
