import { type JsonObject, type Table, tableBytes } from '@slimbed/runtime'
import type { Compressor, Context } from './compressor.js'
import { denseOf, materialize } from './deferred.js'
import { format } from './format.js'
import type { Matrix } from './matrix.js'
import { type Measurement, measure } from './measure.js'
import { stagesOf } from './pipeline.js'
import { randomAt } from './random.js'
import { applyStage } from './stage.js'
import type { TensorAdapter } from './tensor/adapter.js'
import { createTensor } from './tensor/create.js'
import { unmeasured } from './unmeasured.js'
import { checkWeights } from './weights.js'

/** What `compress` may be told. */
export interface CompressOptions {
  /** Importance of each row: `rows` non-negative numbers. */
  readonly weights?: Float32Array | undefined
  /** An unsigned 32-bit integer, 0 by default. */
  readonly seed?: number
  /** The engine; by default the fastest present, closed at the end. */
  readonly tensor?: TensorAdapter
  /** Called with the stage's name and the work done of its total. */
  readonly onProgress?: (stage: string, done: number, total: number) => void
  readonly signal?: AbortSignal | undefined
}

/** What the table was after one stage. */
export interface StageReport {
  readonly name: string
  /** Bytes of the table's tensors. */
  readonly bytes: number
  /** NaN where the table tells only how alike rows are. */
  readonly relativeError: number
  /** What the stage reported of each leaf that it rewrote, by the leaf's path (`''` is the root, `0.left`). */
  readonly details?: Readonly<Record<string, JsonObject>>
}

/** A compressed table and how it came about. */
export interface Compression {
  readonly table: Table
  /** The spec of the pipeline. */
  readonly pipeline: string
  readonly seed: number
  readonly stages: readonly StageReport[]
  /** The last stage's table against the input; errors and cosines are NaN where it tells only how alike rows are. */
  readonly measured: Measurement
  readonly backend: string
  readonly threads: number
}

/**
 * Runs a compressor on a matrix and measures what each stage of it costs and loses.
 *
 * With `options.tensor`, dense leaves of the result may still be computed on it as they are read: `save` streams them,
 * `materialize` holds them. Without, they are held. Rejects as the compressors do, with `aborted`, and with `bad-input` for
 * weights that are not `rows` numbers of 0 or more.
 */
export async function compress(
  matrix: Matrix,
  compressor: Compressor,
  options: CompressOptions = {}
): Promise<Compression> {
  if (options.tensor) return run(matrix, compressor, options.tensor, options)
  const tensor = await createTensor()
  try {
    const done = await run(matrix, compressor, tensor, options)
    return { ...done, table: await materialize(done.table) }
  } finally {
    await tensor.close()
  }
}

async function run(
  matrix: Matrix,
  compressor: Compressor,
  tensor: TensorAdapter,
  { weights, signal, onProgress, seed = 0 }: CompressOptions
): Promise<Compression> {
  checkWeights(weights, matrix.rows)
  const spec = format(compressor)
  const stages: StageReport[] = []
  let table = denseOf(matrix)
  let measured: Measurement | undefined
  let similarityOnly = false
  for (const stage of stagesOf(compressor)) {
    const progress: Context['progress'] = (done, total) => onProgress?.(stage.name, done, total)
    const details: Record<string, JsonObject> = {}
    const report = (path: string, found: JsonObject) => {
      details[path] = { ...details[path], ...found }
    }
    const context: Context = { path: [], weights, tensor, seed, random: randomAt(seed), progress, signal }
    table = await applyStage(table, stage, context, report)
    similarityOnly ||= stage.similarityOnly ?? false
    measured = similarityOnly
      ? unmeasured(matrix, table, weights)
      : await measure(matrix, table, {
          tensor,
          weights,
          signal,
          progress: (done, total) => onProgress?.('measure', done, total)
        })
    const { relativeError } = measured
    const told = Object.keys(details).length > 0
    stages.push({ name: stage.name, bytes: tableBytes(table), relativeError, ...(told && { details }) })
  }
  const { backend, threads } = tensor
  return { table, pipeline: spec, seed, stages, measured: measured!, backend, threads }
}
