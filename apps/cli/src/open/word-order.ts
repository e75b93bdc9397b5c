import { blocksOf, checkMemory, matrixFrom } from '@slimbed/core'
import { type Matrix, SlimbedError } from '@slimbed/runtime'
import { plainOf, sortedRows, wordsOfRows } from '@slimbed/runtime/format'
import type { Weights } from './weights.js'

/** A matrix and what belongs to its rows. */
export interface Ordered {
  readonly matrix: Matrix
  readonly weights: Weights
}

/**
 * The same rows, words and weights in the order of the words' bytes, in which a file needs no numbers of rows for its words. The rows
 * are held in memory. Rejects with `bad-option` without words, `too-large`, and as the matrix does.
 */
export async function inWordOrder(path: string, matrix: Matrix, weights: Weights): Promise<Ordered> {
  const { source, values, vocabulary } = weights
  if (!vocabulary) throw new SlimbedError('bad-option', `--order words: ${path} has no words; give them with --vocab`)
  const { rows, dim } = matrix
  checkMemory('--order words', rows * dim * 4, 'compress it in the order of its rows')
  const words = plainOf(vocabulary)
  const order = sortedRows(words)
  const places = new Uint32Array(rows)
  for (const [place, row] of order.entries()) places[row] = place
  const data = new Float32Array(rows * dim)
  for await (const { start, count, data: block } of blocksOf(matrix)) {
    for (let i = 0; i < count; i++) data.set(block.subarray(i * dim, (i + 1) * dim), places[start + i] * dim)
  }
  return {
    matrix: matrixFrom(rows, dim, data),
    weights: {
      source,
      values: values && Float32Array.from(order, (row) => values[row]),
      vocabulary: wordsOfRows(words, order)
    }
  }
}
