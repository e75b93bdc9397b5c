import type { TensorAdapter } from '@slimbed/core'
import { SlimbedError, type Table, type Vocabulary } from '@slimbed/runtime'

/** A table whose rows can be read, and how words are found in it. */
export interface Subject {
  readonly table: Table
  /** The words of its rows. */
  readonly words: Vocabulary
  /** The row that stands for a word of a task, or −1. */
  find(word: string): number
  /** Vectors of texts, `texts.length × dim`, where the table is that of a sentence model. */
  readonly encode?: ((texts: readonly string[]) => Float32Array) | undefined
}

/** How the words of tasks are found. */
export interface SubjectOptions {
  /**
   * `exact`, the default: as it is spelt, else in lower case. `fold`: words that differ only in case are the same word, and the
   * first of their rows is used.
   */
  readonly case?: 'exact' | 'fold'
  /** How a sentence model makes vectors of texts. */
  readonly encode?: Subject['encode']
}

/** The first row of each word in lower case. */
function foldedRows(words: Vocabulary): Map<string, number> {
  const rows = new Map<string, number>()
  for (let row = 0; row < words.size; row++) {
    const word = words.word(row).toLowerCase()
    if (!rows.has(word)) rows.set(word, row)
  }
  return rows
}

/** A table and its words as the subject of evaluations. Throws `bad-input` when there is not a word for each row. */
export function subjectOf(table: Table, words: Vocabulary, options: SubjectOptions = {}): Subject {
  const { encode } = options
  if (words.size !== table.rows) {
    throw new SlimbedError('bad-input', `expected a word for each of ${table.rows} rows, not ${words.size} words`)
  }
  if (options.case === 'fold') {
    const rows = foldedRows(words)
    return { table, words, find: (word) => rows.get(word.toLowerCase()) ?? -1, encode }
  }
  const find = (word: string) => {
    const row = words.find(word)
    return row >= 0 ? row : words.find(word.toLowerCase())
  }
  return { table, words, find, encode }
}

/** What evaluations need besides their input. */
export interface EvalContext {
  readonly tensor: TensorAdapter
  /** Everything random comes from it. */
  readonly seed: number
  readonly signal?: AbortSignal | undefined
  /** Called with the current step and its progress. */
  readonly progress?: (name: string, done: number, total: number) => void
}
