import { blocksOf, throwIfAborted } from '@slimbed/core'
import type { Matrix } from '@slimbed/runtime'
import { inputRows } from '../lookup/input-rows.js'
import type { FastTextModel, KeptBuckets } from '../model.js'

/** Rows of a model's input that are kept. */
export interface Selection {
  /** Of the words, ascending. */
  readonly words: Uint32Array
  /** Rows of the input, in their new order: those of the words, then those of the buckets. */
  readonly rows: Uint32Array
  /** The buckets of the latter; undefined where all are kept. */
  readonly kept: KeptBuckets | undefined
}

const every = (count: number) => Uint32Array.from({ length: count }, (_, i) => i)

/** All rows. */
export const allRows = ({ words, input, kept }: FastTextModel): Selection => ({
  words: every(words.size),
  rows: every(input.rows),
  kept
})

/** How often words that use each row of the input occur. */
function usesOf(model: FastTextModel): Float64Array {
  const { words, input } = model
  const rows = inputRows(model)
  const uses = new Float64Array(input.rows)
  for (let i = 0; i < words.size; i++) {
    for (const row of rows.word(words.bytesOf(i), i)) uses[row] += words.counts[i] || 1
  }
  return uses
}

/** The lengths of the rows of a matrix. */
async function lengthsOf(matrix: Matrix, signal?: AbortSignal): Promise<Float64Array> {
  const { rows, dim } = matrix
  const lengths = new Float64Array(rows)
  for await (const { start, count, data } of blocksOf(matrix)) {
    throwIfAborted(signal)
    for (let i = 0; i < count; i++) {
      let squares = 0
      for (let at = i * dim; at < (i + 1) * dim; at++) squares += data[at] * data[at]
      lengths[start + i] = Math.sqrt(squares)
    }
  }
  return lengths
}

/**
 * The `most` rows of the input that matter most: of a classifier those of the greatest length, as fastText's `cutoff`, since n-grams of words
 * are not counted; else by length and how often words with them occur. The end of a line is always kept. `matrix` is the input.
 */
export async function mostImportant(
  model: FastTextModel,
  matrix: Matrix,
  most: number,
  signal?: AbortSignal
): Promise<Selection> {
  const { args, words, kept } = model
  if (most >= matrix.rows) return allRows(model)
  const scores = await lengthsOf(matrix, signal)
  if (args.model !== 'supervised') {
    const uses = usesOf(model)
    for (let row = 0; row < scores.length; row++) scores[row] *= uses[row]
  }
  const end = words.find('</s>')
  if (end >= 0) scores[end] = Infinity
  const best = every(matrix.rows)
    .sort((a, b) => scores[b] - scores[a] || a - b)
    .subarray(0, most)
    .sort()
  const ofWords = best.filter((row) => row < words.size)
  const ofBuckets = best.subarray(ofWords.length)
  const bucketOf = new Map<number, number>()
  if (kept) for (const [i, row] of kept.rows.entries()) bucketOf.set(words.size + row, kept.buckets[i])
  const numbers = ofBuckets.map((row) => (kept ? (bucketOf.get(row) ?? 0) : row - words.size))
  const order = every(numbers.length).sort((a, b) => numbers[a] - numbers[b])
  return { words: ofWords, rows: best, kept: { buckets: order.map((i) => numbers[i]), rows: order } }
}
