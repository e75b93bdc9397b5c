import type { Matrix } from '@slimbed/runtime'
import { type PlainVocabulary, vocabulary } from '@slimbed/runtime/format'
import { checkRows } from '@slimbed/runtime/kinds'

/** The first rows of a matrix, at most `limit`. */
export function firstRows(matrix: Matrix, limit: number): Matrix {
  if (limit >= matrix.rows) return matrix
  const { dim, unchecked } = matrix
  return {
    rows: limit,
    dim,
    ...(unchecked && { unchecked: firstRows(unchecked, limit) }),
    async read(start, count, into) {
      checkRows(limit, start, count)
      return matrix.read(start, count, into)
    }
  }
}

/** The words of the first rows, at most `limit`, with their counts. */
export function firstWords(words: PlainVocabulary, limit: number): PlainVocabulary {
  if (limit >= words.size) return words
  const offsets = words.offsets.subarray(0, limit + 1)
  return vocabulary({
    bytes: words.bytes.subarray(0, offsets[limit]),
    offsets,
    ...(words.counts && { counts: words.counts.subarray(0, limit) })
  })
}
