import type { Subject } from '../subject.js'
import type { AnalogyTask } from '../tasks/task.js'

/** Questions whose four words are known: the rows of each, and the section. */
export interface Questions {
  readonly a: Uint32Array
  readonly b: Uint32Array
  readonly c: Uint32Array
  /** The answer in capitals. */
  readonly answers: readonly string[]
  readonly sections: Uint32Array
  /** The word of a row in capitals. */
  capitals(row: number): string
  /** Questions of the task, known or not. */
  readonly asked: number
}

/** Rows that take part in analogies, as in gensim. */
export const mostRows = 300_000

/**
 * The questions that a table has all words of. Case is ignored: of words that differ only in case, the first row is used. This is
 * gensim's `evaluate_word_analogies(case_insensitive=True, restrict_vocab=300000, dummy4unknown=False)`.
 */
export function questionsFor({ table, words }: Subject, task: AnalogyTask): Questions {
  const rows = Math.min(mostRows, table.rows)
  const rowOf = new Map<string, number>()
  const capitals = Array.from({ length: rows }, (_, row) => words.word(row).toUpperCase())
  capitals.forEach((word, row) => {
    if (!rowOf.has(word)) rowOf.set(word, row)
  })
  const found = task.sections.flatMap(({ questions }, section) =>
    questions.flatMap((question) => {
      const answer = question[3].toUpperCase()
      const [a, b, c, d] = question.map((word) => rowOf.get(word.toUpperCase()))
      return a === undefined || b === undefined || c === undefined || d === undefined
        ? []
        : [{ a, b, c, answer, section }]
    })
  )
  return {
    a: Uint32Array.from(found, ({ a }) => a),
    b: Uint32Array.from(found, ({ b }) => b),
    c: Uint32Array.from(found, ({ c }) => c),
    answers: found.map(({ answer }) => answer),
    sections: Uint32Array.from(found, ({ section }) => section),
    capitals: (row) => capitals[row],
    asked: task.sections.reduce((sum, { questions }) => sum + questions.length, 0)
  }
}
