import { throwIfAborted } from '@slimbed/core'
import { holdWords } from './held-rows.js'
import { meanRow } from './mean-row.js'
import { analogy } from './measures/analogy.js'
import { categorization } from './measures/categorization.js'
import { classification } from './measures/classification.js'
import { retrieval } from './measures/retrieval.js'
import { similarity } from './measures/similarity.js'
import { textSimilarity } from './measures/text-similarity.js'
import type { Outcome } from './outcome.js'
import type { EvalContext, Subject } from './subject.js'
import type { Skipped } from './tasks/parse.js'
import type { AnalogyTask, RetrievalTask, Task } from './tasks/task.js'

/** The results of a table on some tasks. */
export interface Outcomes {
  readonly outcomes: readonly Outcome[]
  /** Tasks of which too few words are known. */
  readonly skipped: readonly Skipped[]
}

/** Why a task of each kind is skipped, for messages. */
const itemsOf: Readonly<Record<Task['kind'], string>> = {
  similarity: 'fewer than two pairs have both words',
  analogy: 'no question has all its words',
  categorization: 'fewer words than classes are',
  classification: 'no sentence has a word',
  retrieval: 'no query has a word'
}

/** The words of a task. */
function* wordsOf(task: Exclude<Task, AnalogyTask | RetrievalTask>): Generator<string> {
  if (task.kind === 'similarity') yield* [...task.first, ...task.second]
  else if (task.kind === 'categorization') yield* task.words
  else for (const { texts } of task.test ? [task.train, task.test] : [task.train]) for (const text of texts) yield* text
}

/** Evaluates a table on each of some tasks. Rejects with `aborted`. */
export async function evaluate(subject: Subject, tasks: readonly Task[], context: EvalContext): Promise<Outcomes> {
  const outcomes: Outcome[] = []
  const skipped: Skipped[] = []
  const mean = tasks.some(({ kind }) => kind === 'similarity')
    ? await meanRow(subject.table, context.tensor, context.signal)
    : new Float64Array(subject.table.dim)
  const run = async (task: Task): Promise<readonly (Outcome | undefined)[]> => {
    if (task.kind === 'analogy') return analogy(subject, task, context)
    if (task.kind === 'retrieval') {
      const words = subject.encode ? [] : [...task.queries, ...task.texts].flatMap((text) => text.split(/\s+/))
      return retrieval(await holdWords(subject, words), task, context)
    }
    if (subject.encode && task.kind === 'similarity') return [textSimilarity(subject, task)]
    const held = await holdWords(subject, subject.encode && task.kind === 'classification' ? [] : wordsOf(task))
    if (task.kind === 'similarity') return similarity(held, task, mean)
    if (task.kind === 'categorization') return [categorization(held, task, context.seed)]
    return [await classification(held, task, context)]
  }
  for (const [i, task] of tasks.entries()) {
    throwIfAborted(context.signal)
    context.progress?.(task.name, i, tasks.length)
    const made = (await run(task)).filter((outcome) => outcome !== undefined)
    outcomes.push(...made)
    if (made.length === 0) {
      skipped.push({ file: task.name, reason: `${task.name}: ${itemsOf[task.kind]} in the table` })
    }
  }
  return { outcomes, skipped }
}
