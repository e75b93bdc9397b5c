import { compareOutcomes } from './compare.js'
import { evaluate, type Outcomes } from './evaluate.js'
import type { TableEvaluation, TableFile } from './evaluation.js'
import { fidelity } from './measures/fidelity.js'
import { isotropy } from './measures/isotropy.js'
import type { EvalContext, Subject } from './subject.js'
import type { Skipped } from './tasks/parse.js'
import type { Task } from './tasks/task.js'

/** A table to evaluate. */
export interface Evaluated {
  readonly file: TableFile
  readonly subject: Subject
  /** Whether it keeps only similarities between rows. Then it has no errors. */
  readonly similarityOnly: boolean
  /** The weights of its rows, if it has its own; otherwise those of the original are used. */
  readonly weights?: Float32Array | undefined
}

/** The results of the original, and its rows. */
export interface Original {
  readonly evaluation: TableEvaluation
  readonly subject: Subject
  readonly made: Outcomes
  readonly weights: Float32Array | undefined
}

/** Evaluates an original on the tasks. */
export async function evaluateOriginal(
  { file, subject }: Evaluated,
  tasks: readonly Task[],
  weights: Float32Array | undefined,
  context: EvalContext
): Promise<Original> {
  const made = await evaluate(subject, tasks, context)
  const scores = made.outcomes.map(({ score }) => score)
  return {
    evaluation: { ...file, scores, isotropy: await isotropy(subject.table, context) },
    subject,
    made,
    weights
  }
}

/** Evaluates a table on the tasks, and compares it with its original if there is one. */
export async function evaluateTable(
  { file, subject, similarityOnly, weights }: Evaluated,
  tasks: readonly Task[],
  original: Original | undefined,
  context: EvalContext,
  resamples: number
): Promise<{ evaluation: TableEvaluation; skipped: readonly Skipped[] }> {
  const { outcomes, skipped } = await evaluate(subject, tasks, context)
  const scores = original
    ? compareOutcomes(outcomes, original.made.outcomes, { seed: context.seed, resamples })
    : outcomes.map(({ score }) => score)
  const evaluation = {
    ...file,
    // The shape of the original, since codes may have another number of columns.
    ...(original && { ratio: (4 * original.evaluation.rows * original.evaluation.dim) / file.tableBytes }),
    scores,
    isotropy: await isotropy(subject.table, context),
    ...(original && {
      fidelity: await fidelity(original.subject.table, subject.table, context, {
        weights: weights ?? original.weights,
        similarityOnly
      })
    })
  }
  return { evaluation, skipped }
}
