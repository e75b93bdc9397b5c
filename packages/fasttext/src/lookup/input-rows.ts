import { ngramBuckets, rowFinder } from '@slimbed/runtime/subwords'
import type { FastTextModel } from '../model.js'

/** What a model looks up for words: rows of its input. */
export interface InputRows {
  /** The row of a bucket, or −1 where it is pruned. */
  bucket(number: number): number
  /** The rows of a word's n-grams. */
  ngrams(word: Uint8Array): number[]
  /** The rows whose mean is the vector of a word: its own, if it has one, and those of its n-grams. */
  word(word: Uint8Array, row: number): number[]
}

/** The rows of the input of a model. */
export function inputRows({ args, words, kept }: Pick<FastTextModel, 'args' | 'words' | 'kept'>): InputRows {
  const { size } = words
  const rowIn = kept && rowFinder(kept.buckets)
  function bucket(number: number): number {
    if (!kept || !rowIn) return size + number
    const found = rowIn(number)
    return found < 0 ? -1 : size + kept.rows[found]
  }
  const ngrams = (word: Uint8Array) =>
    args.maxn === 0
      ? []
      : ngramBuckets(word, args)
          .map(bucket)
          .filter((row) => row >= 0)
  return { bucket, ngrams, word: (word, row) => (row < 0 ? ngrams(word) : [row, ...ngrams(word)]) }
}
