import type { Compressor } from '@slimbed/core'
import type { WeightsSource } from '@slimbed/core/artefact'
import { usesWeights } from '@slimbed/core/plugins'
import { blobSource, readModel, readVectors, type Source, zipfWeights } from '@slimbed/io'
import { dense, isSlimbedError, type Matrix, type Table } from '@slimbed/runtime'
import { type PlainVocabulary, vocabulary } from '@slimbed/runtime/format'
import type { Given, Progress } from './api.js'
import type { Texts } from './texts.js'

/** A table in memory, as it was given. */
export interface Input {
  readonly name: string
  readonly table: Table
  /** With counts where they are known. */
  readonly vocabulary: PlainVocabulary | undefined
  /** Of a static model: what turns texts into vectors. */
  readonly texts?: Texts | undefined
}

/** The matrices of a file of tensors by name; none of anything else. */
export async function tensorsIn(source: Source, signal: AbortSignal): Promise<readonly string[]> {
  try {
    const model = await readModel(source, { signal })
    await model.close()
    return [...model.matrices.keys()]
  } catch (error) {
    if (isSlimbedError(error) && error.code !== 'aborted') return []
    throw error
  }
}

const sourceOf = (file: File | undefined) => file && blobSource(file.name, file)

/** The vocabulary with the counts of its words. */
const counted = (words: PlainVocabulary | undefined, counts: Float64Array | undefined) =>
  words && counts ? vocabulary({ bytes: words.bytes, offsets: words.offsets, counts }) : words

/** The rows of a matrix in memory. */
export async function tableOf(matrix: Matrix, progress: Progress, signal: AbortSignal): Promise<Table> {
  const { rows, dim } = matrix
  const data = new Float32Array(rows * dim)
  const step = 4096
  for (let start = 0; start < rows; start += step) {
    signal.throwIfAborted()
    const count = Math.min(step, rows - start)
    data.set(await matrix.read(start, count), start * dim)
    progress('reading', (start + count) / rows)
  }
  return dense(rows, dim, data)
}

/** Reads a table into memory, and what a person should know of it. */
export async function readInput(
  name: string,
  source: Source,
  { tensor, words, counts }: Omit<Given, 'file'>,
  progress: Progress,
  signal: AbortSignal
): Promise<Input & { readonly warnings: readonly string[] }> {
  const options = { signal, tensor, words: sourceOf(words), counts: sourceOf(counts) }
  const { matrix, vocabulary, counts: found, warnings, close } = await readVectors(source, options)
  try {
    const table = await tableOf(matrix, progress, signal)
    return { name, table, vocabulary: counted(vocabulary, found), warnings }
  } finally {
    await close()
  }
}

/** The weights that the command takes for a pipeline, too, and what it says of them. */
export function weightsOf(
  { table, vocabulary }: Input,
  compressor: Compressor
): { readonly values: Float32Array | undefined; readonly source: WeightsSource; readonly note: string } {
  const counts = vocabulary?.counts
  if (counts) return { values: Float32Array.from(counts), source: 'counts', note: '' }
  if (!usesWeights(compressor)) return { values: undefined, source: 'uniform', note: '' }
  const note = 'there are no counts, so it is supposed that rows are in order of frequency'
  return { values: zipfWeights(table.rows), source: 'zipf', note }
}
