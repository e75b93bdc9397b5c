import { type CompressorPlugin, createTensor, type Matrix, type TensorAdapter } from '@slimbed/core'
import type { Attempt } from './attempt.js'
import { type Considered, considered } from './considered.js'
import type { Goal } from './goal.js'
import { type PlanOptions, prepared } from './prepared.js'
import { search } from './search.js'
import { type Failure, unreachable } from './unreachable.js'

/** What `plan` found. */
export interface Plan {
  /** The pipeline that was taken, with its file. */
  readonly chosen: Attempt
  readonly goal: Goal
  /** All pipelines that were looked at, the chosen one too, small files first. */
  readonly considered: readonly Considered[]
  /** Pipelines that failed other than by refusing the matrix. */
  readonly failures: readonly Failure[]
}

/** `plan` on an adapter. */
async function planOn(
  tensor: TensorAdapter,
  matrix: Matrix,
  plugins: readonly CompressorPlugin[],
  options: PlanOptions
): Promise<Plan> {
  const { goal, looking, use, words, failures } = await prepared(tensor, matrix, plugins, options)
  const found = await search(looking, use)
  const outside = options.into?.beside ?? 0
  const asked = goal.kind === 'size' ? { ...goal, bytes: goal.bytes + outside } : goal
  if (!found.best) throw unreachable(asked, { words, outside }, found, failures())
  const beside = outside + found.best.bytes - found.best.tableBytes
  return { chosen: found.best, goal: asked, considered: considered(found, beside, outside), failures: failures() }
}

/**
 * Looks for the pipeline of `plugins` that brings a matrix to a size or a quality: of those within a `target` or `ratio` the one that loses
 * least, and of those that keep a quality the one of the smallest file. Pipelines of one and two stages are tried on samples of the rows; the best are run
 * on all of them and tuned, until the file is within 1 % of what is asked. The same input gives the same pipeline and the same bytes.
 *
 * The file is held in memory. Rejects with `bad-option` unless exactly one thing is asked, and where nothing that was tried reaches it; with
 * `bad-input` as `compress` does, and with `aborted`.
 */
export async function plan(matrix: Matrix, plugins: readonly CompressorPlugin[], options: PlanOptions): Promise<Plan> {
  if (options.tensor) return planOn(options.tensor, matrix, plugins, options)
  const tensor = await createTensor()
  try {
    return await planOn(tensor, matrix, plugins, options)
  } finally {
    await tensor.close()
  }
}
