import type { TensorAdapter } from '@slimbed/core'
import {
  compareOutcomes,
  type EvalContext,
  evaluate,
  fidelity,
  isotropy,
  type Outcomes,
  type Skipped,
  type Subject,
  type TableEvaluation,
  type TableFile,
  type Task
} from '@slimbed/eval'
import type { Session } from './session/session.js'

/** A table to evaluate. */
export interface Evaluated {
  readonly file: TableFile
  readonly subject: Subject
  readonly similarityOnly: boolean
  /** How much its rows matter, where it says so itself; else it is as the original says. */
  readonly weights?: Float32Array | undefined
}

/** What the original did, and its rows. */
export interface Original {
  readonly evaluation: TableEvaluation
  readonly subject: Subject
  readonly made: Outcomes
  readonly weights: Float32Array | undefined
}

/** What evaluations need, with progress shown as the session shows it. */
export const evalContext = (tensor: TensorAdapter, seed: number, { signal, progress }: Session): EvalContext => ({
  tensor,
  seed,
  signal,
  progress: (name, done, total) => progress.phase(name, total)(done, total)
})

/** What an original does on the tasks. */
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

/** What a table does on the tasks, beside its original where there is one. */
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
    // Of the original: codes may have another number of columns.
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
