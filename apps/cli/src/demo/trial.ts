import { type Compressor, compress, save, type TensorAdapter } from '@slimbed/core'
import { neighbourOverlap } from '@slimbed/core/measure'
import { load, type Matrix, type Table, type Vocabulary } from '@slimbed/runtime'
import { optionalKinds } from '@slimbed/runtime/optional-kinds'
import type { Session } from '../session/session.js'

/** The result of one pipeline. */
export interface Trial {
  readonly pipeline: string
  /** The table as read back from the bytes of its file. */
  readonly table: Table
  /** Of the file without the words. */
  readonly bytes: number
  readonly ratio: number
  readonly relativeError: number
  readonly meanCosine: number
  /** The share of the 10 nearest rows that are kept. */
  readonly overlap: number
}

/** Compresses a matrix, saves it, loads it again and measures the result. */
export async function tryOut(
  matrix: Matrix,
  vocabulary: Vocabulary | undefined,
  { spec, compressor }: { readonly spec: string; readonly compressor: Compressor },
  tensor: TensorAdapter,
  { signal, progress }: Session
): Promise<Trial> {
  const size = matrix.rows * matrix.dim * 4
  const made = await compress(matrix, compressor, {
    tensor,
    signal,
    onProgress: (stage, done, total) => progress.phase(stage, size)(done, total)
  })
  const { measured } = made
  const file = await save({ table: made.table, vocabulary, provenance: { pipeline: spec } })
  const { table, sizes } = load(file, { kinds: optionalKinds })
  const overlap = await neighbourOverlap(matrix, table, {
    tensor,
    signal,
    progress: progress.phase('neighbours', size)
  })
  return {
    pipeline: spec,
    table,
    bytes: sizes.table,
    ratio: size / sizes.table,
    relativeError: measured.relativeError,
    meanCosine: measured.meanCosine,
    overlap
  }
}
