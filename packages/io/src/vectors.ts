import type { Matrix, Source } from '@slimbed/runtime'
import type { PlainVocabulary } from '@slimbed/runtime/format'
import type { CommonOptions } from './formats/format.js'

/** A table of vectors as read: its matrix, and its words where it has them. */
export interface Vectors {
  /** In memory for text; rows of binary formats are read when asked for, and refused there when not finite. */
  readonly matrix: Matrix
  readonly vocabulary?: PlainVocabulary | undefined
  /** The count of each row's word, with the option `counts`; a word without one has the smallest. */
  readonly counts?: Float64Array | undefined
  /** The name of its format: one of `VectorFormat`, or of `formats`. */
  readonly format: string
  /** Size of the file, in bytes, as it is on disk. */
  readonly bytes: number
  /** Warnings, one line each: words that repeat, a header that is wrong. */
  readonly warnings: readonly string[]
  /** Closes the file. Rows of binary formats cannot be read after it. */
  close(): Promise<void>
}

/** Options of `readVectors`. */
export interface ReadOptions extends CommonOptions {
  /** The words, one a line, in row order; they take the place of the file's own. */
  readonly words?: Source | undefined
  /** Counts of words: `word<TAB>count` a line. */
  readonly counts?: Source | undefined
}
