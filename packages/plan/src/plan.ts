import {
  type CompressOptions,
  type Compressor,
  type CompressorPlugin,
  createTensor,
  format,
  type Matrix,
  SlimbedError,
  type TensorAdapter
} from '@slimbed/core'
import type { Vocabulary } from '@slimbed/runtime'
import type { Attempt, Attempts } from './attempt.js'
import { type Considered, considered } from './considered.js'
import type { Looking } from './contenders.js'
import { type Asked, type Goal, goalOf } from './goal.js'
import { compressorOf } from './recipes.js'
import { besideTable, wordBytes } from './room.js'
import { sampled, sampleSize, variancesOf } from './samples.js'
import { search } from './search.js'
import { unreachable } from './unreachable.js'

/** Options of `plan`. */
export interface PlanOptions extends Asked {
  /** Importance of each row: `rows` non-negative numbers. */
  readonly weights?: Float32Array | undefined
  /** The words of the rows, for the file. */
  readonly vocabulary?: Vocabulary | undefined
  /** An unsigned 32-bit integer, 0 by default. */
  readonly seed?: number
  /** The engine; by default the fastest present, closed at the end. */
  readonly tensor?: TensorAdapter
  readonly signal?: AbortSignal | undefined
  /** What `compress` is given for a pipeline that is run on all rows, in place of `weights` and `vocabulary`. */
  readonly optionsFor?: (compressor: Compressor) => Promise<CompressOptions>
  /** Called for each pipeline that is tried on a sample, or run on all rows. */
  readonly onTrial?: ((spec: string, whole: boolean) => void) | undefined
}

/** What `plan` found. */
export interface Plan {
  /** The pipeline that was taken, with its file. */
  readonly chosen: Attempt
  readonly goal: Goal
  /** All pipelines that were looked at, the chosen one too, small files first. */
  readonly considered: readonly Considered[]
  /** Pipelines that failed other than by refusing the matrix. */
  readonly failures: readonly { readonly pipeline: string; readonly problem: string }[]
}

/** `plan` on an adapter. */
async function planOn(
  tensor: TensorAdapter,
  matrix: Matrix,
  plugins: readonly CompressorPlugin[],
  options: PlanOptions
): Promise<Plan> {
  const { weights, vocabulary, seed = 0, signal, onTrial } = options
  const { rows, dim } = matrix
  const goal = goalOf(options, matrix)
  if (goal.loss === 'weighted' && !weights) {
    throw new SlimbedError('bad-option', 'plan: measure=weighted needs weights of the rows')
  }
  if (rows * dim === 0) throw new SlimbedError('bad-input', `plan: there is nothing to compress in ${rows} × ${dim}`)
  const values = rows * dim
  const words = wordBytes(vocabulary)
  const room = { bytes: goal.kind === 'size' ? goal.bytes - besideTable(words, goal.bytes) : values / 2, values }
  const failed = new Map<string, string>()
  const onFailure = (stages: readonly Compressor[], { message }: Error) => {
    failed.set(format(compressorOf(stages)), message)
  }
  const count = sampleSize(matrix, (8 * room.bytes) / values)
  const sizes = count === rows ? [rows] : [Math.ceil(count / 2), count]
  const samples = await Promise.all(sizes.map((size) => sampled(matrix, weights, size)))
  const common = { loss: goal.loss, tensor, seed, signal, onFailure }
  const looking: Looking = {
    plugins,
    goal,
    trials: { ...common, samples, rows },
    room,
    dim,
    variances: await variancesOf(samples[samples.length - 1], tensor),
    onTried: (spec) => onTrial?.(spec, false)
  }
  const given = options.optionsFor ?? (async () => ({ weights, vocabulary }))
  const use: Attempts = {
    ...common,
    matrix,
    optionsFor: (compressor) => {
      onTrial?.(format(compressor), true)
      return given(compressor)
    }
  }
  const found = await search(looking, use)
  const failures = [...failed].map(([pipeline, problem]) => ({ pipeline, problem }))
  if (!found.best) throw unreachable(goal, words, found, failures)
  const beside = found.best.made.sizes.file - found.best.made.measured.bytes
  return { chosen: found.best, goal, considered: considered(found, beside), failures }
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
