import type { TensorAdapter } from '@slimbed/core'
import { pool } from '@slimbed/runtime'
import type { Features } from '../logistic/regression.js'
import type { Subject } from '../subject.js'

/** Sentences as vectors. */
export interface SentenceVectors extends Features {
  /** Sentences with at least one known word. */
  readonly covered: number
}

/** The mean of the known words of each sentence; zeros where none is known. */
export function sentenceVectors({ table, find }: Subject, texts: readonly (readonly string[])[]): SentenceVectors {
  const { dim } = table
  const data = new Float32Array(texts.length * dim)
  let covered = 0
  texts.forEach((words, i) => {
    const rows = words.map(find).filter((row) => row >= 0)
    if (rows.length === 0) return
    covered++
    pool(table, rows, { out: data.subarray(i * dim, (i + 1) * dim) })
  })
  return { count: texts.length, dim, data, covered }
}

/**
 * Moves and scales vectors, all alike, so that the columns of the first `rows` have mean 0 and vary by 1 on average: a penalty then
 * means the same for all tables.
 */
export function standardize({ dim, data }: Features, rows: number): void {
  const mean = new Float64Array(dim)
  for (let at = 0; at < rows * dim; at++) mean[at % dim] += data[at] / rows
  let variance = 0
  for (let at = 0; at < data.length; at++) {
    const value = data[at] - mean[at % dim]
    data[at] = value
    if (at < rows * dim) variance += (value * value) / (rows * dim)
  }
  if (!(variance > 0)) return
  const factor = 1 / Math.sqrt(variance)
  for (let at = 0; at < data.length; at++) data[at] *= factor
}

/** The inverse of the second moments of the first `rows` vectors, `penalty` added to each direction: `dim × dim`. */
export async function inverseMoments(
  { dim, data }: Features,
  rows: number,
  penalty: number,
  tensor: TensorAdapter
): Promise<Float64Array> {
  const read = async (start: number, count: number) => data.subarray(start * dim, (start + count) * dim)
  const [gram] = await tensor.gram({ rows, dim, read })
  const { values, vectors } = await tensor.eigh(gram, dim)
  const out = new Float64Array(dim * dim)
  for (let k = 0; k < dim; k++) {
    const share = rows / (Math.max(0, values[k]) / 4 + penalty)
    for (let i = 0; i < dim; i++) {
      const factor = share * vectors[k * dim + i]
      for (let j = 0; j < dim; j++) out[i * dim + j] += factor * vectors[k * dim + j]
    }
  }
  return out
}
