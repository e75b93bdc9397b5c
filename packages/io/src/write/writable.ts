import { type Matrix, SlimbedError, type Table, type Vocabulary } from '@slimbed/runtime'
import { type PlainVocabulary, plainOf } from '@slimbed/runtime/format'

/** What is written: `Vectors` fit, and so does any matrix. */
export interface Writable {
  readonly matrix: Matrix
  readonly vocabulary?: Vocabulary | undefined
  /** The compressed table whose rows these are: `faiss` stores its codes, other formats the rows. */
  readonly table?: Table | undefined
}

/** Options of writing. */
export interface WriteOptions {
  /** Called with the work done so far, of all. */
  readonly progress?: ((done: number, total: number) => void) | undefined
  readonly signal?: AbortSignal | undefined
  /** Called with warnings about the written file, one line each, such as words that other programs cannot read. */
  readonly warn?: ((message: string) => void) | undefined
}

/** The words, for a format that needs them. Throws `bad-input` when there are none, or not one for each row. */
export function wordsFor({ matrix, vocabulary }: Writable, format: string): PlainVocabulary {
  if (!vocabulary) {
    throw new SlimbedError('bad-input', `.${format} needs a word for each row: give the words, or write .npy`)
  }
  checkCount(matrix, vocabulary)
  return plainOf(vocabulary)
}

/** Throws `bad-input` unless there is one word for each row. */
export function checkCount(matrix: Matrix, vocabulary: Vocabulary): void {
  if (vocabulary.size === matrix.rows) return
  throw new SlimbedError('bad-input', `expected ${matrix.rows} words, one for each row, not ${vocabulary.size}`)
}

/** Throws `bad-input` when a word has a byte that `format` does not allow. */
export function checkWords(words: PlainVocabulary, format: string, forbidden: ReadonlyMap<number, string>): void {
  const { bytes, offsets, size } = words
  for (let row = 0; row < size; row++) {
    for (let p = offsets[row]; p < offsets[row + 1]; p++) {
      const name = forbidden.get(bytes[p])
      if (name === undefined) continue
      const word = JSON.stringify(words.word(row).slice(0, 40))
      const message = `.${format} cannot hold the word of row ${row}, ${word}, which has a ${name}: write .safetensors`
      throw new SlimbedError('bad-input', message)
    }
  }
}
