import { SlimbedError, type Vocabulary } from '@slimbed/runtime'
import type { Counts } from './counts.js'

/** Counts for the rows of a vocabulary. */
export interface RowCounts {
  /** `rows` values; a word without a count has the smallest of all. */
  readonly values: Float64Array
  /** How many words had none. */
  readonly missing: number
  readonly smallest: number
}

/** The count of each word of a vocabulary; a word that `counts` lacks gets its smallest count. */
export function countsFor(words: Vocabulary, counts: Counts): RowCounts {
  let smallest = Number.POSITIVE_INFINITY
  for (const count of counts.values()) if (count < smallest) smallest = count
  const values = new Float64Array(words.size)
  let missing = 0
  for (let row = 0; row < values.length; row++) {
    const count = counts.get(words.word(row))
    if (count === undefined) missing++
    values[row] = count ?? smallest
  }
  return { values, missing, smallest }
}

/** The importance of each row of a vocabulary: its word's count, the smallest count for a word that has none. */
export function weightsFor(words: Vocabulary, counts: Counts): Float32Array {
  return Float32Array.from(countsFor(words, counts).values)
}

/** Weights for rows in order of frequency, for use without counts: `1 / (row + 1)`, after Zipf's law. */
export function zipfWeights(rows: number): Float32Array {
  if (!Number.isSafeInteger(rows) || rows < 0) {
    throw new SlimbedError('bad-option', `expected a number of rows, not ${rows}`)
  }
  const weights = new Float32Array(rows)
  for (let row = 0; row < rows; row++) weights[row] = 1 / (row + 1)
  return weights
}
