import {
  type CompressOptions,
  type Compressor,
  type CompressorPlugin,
  format,
  type Matrix,
  SlimbedError,
  type TensorAdapter
} from '@slimbed/core'
import type { Vocabulary } from '@slimbed/runtime'
import type { Attempts } from './attempt.js'
import type { Looking } from './contenders.js'
import { type Asked, type Goal, goalOf } from './goal.js'
import type { Into } from './into.js'
import { compressorOf } from './recipes.js'
import { besideTable, wordBytes } from './room.js'
import { sampled, samplesOf, variancesOf } from './samples.js'
import type { Failure } from './unreachable.js'

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
  /** The file that the table goes into, where that is none of ours: its bytes count then, and tables that it has no place for are left out. */
  readonly into?: Into | undefined
  /** What `compress` is given for a pipeline that is run on all rows, in place of `weights` and `vocabulary`. */
  readonly optionsFor?: (compressor: Compressor) => Promise<CompressOptions>
  /** Called for each pipeline that is tried on a sample, or run on all rows. */
  readonly onTrial?: ((spec: string, whole: boolean) => void) | undefined
}

/** So many rows show what kind of table a pipeline makes. */
const fewRows = 64

/** What a search needs, made of what was asked. */
export interface Prepared {
  /** Of the bytes that attempts count. */
  readonly goal: Goal
  readonly looking: Looking
  readonly use: Attempts
  /** Bytes of the words. */
  readonly words: number
  /** Pipelines that failed so far. */
  readonly failures: () => Failure[]
}

/** Checks what is asked, and takes samples of the rows. Rejects as `plan` does. */
export async function prepared(
  tensor: TensorAdapter,
  matrix: Matrix,
  plugins: readonly CompressorPlugin[],
  options: PlanOptions
): Promise<Prepared> {
  const { weights, vocabulary, seed = 0, signal, into, onTrial } = options
  const { rows, dim } = matrix
  const asked = goalOf(options, matrix, into?.beside)
  const goal = asked.kind === 'size' ? { ...asked, bytes: asked.bytes - (into?.beside ?? 0) } : asked
  if (goal.loss === 'weighted' && !weights) {
    throw new SlimbedError('bad-option', 'plan: measure=weighted needs weights of the rows')
  }
  if (rows * dim === 0) throw new SlimbedError('bad-input', `plan: there is nothing to compress in ${rows} × ${dim}`)
  const values = rows * dim
  const words = wordBytes(vocabulary)
  const beside = goal.kind === 'size' && !into ? besideTable(words, goal.bytes) : 0
  const room = { bytes: goal.kind === 'size' ? goal.bytes - beside : values / 2, values }
  const failed = new Map<string, string>()
  const onFailure = (stages: readonly Compressor[], { message }: Error) => {
    failed.set(format(compressorOf(stages)), message)
  }
  const { samples, glance } = await samplesOf(matrix, weights, (8 * room.bytes) / values)
  const common = { loss: goal.loss, tensor, seed, signal, onFailure }
  const looking: Looking = {
    plugins,
    goal,
    trials: {
      ...common,
      samples,
      glance,
      rows,
      ...(into && { into: { ...into, few: await sampled(matrix, weights, fewRows) } })
    },
    room,
    dim,
    variances: await variancesOf(samples[samples.length - 1], tensor),
    onTried: (spec) => onTrial?.(spec, false)
  }
  const given = options.optionsFor ?? (async () => ({ weights, vocabulary }))
  const use: Attempts = {
    ...common,
    matrix,
    into,
    optionsFor: (compressor) => {
      onTrial?.(format(compressor), true)
      return given(compressor)
    }
  }
  const failures = () => [...failed].map(([pipeline, problem]) => ({ pipeline, problem }))
  return { goal, looking, use, words, failures }
}
