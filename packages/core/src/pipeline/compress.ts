import { type JsonObject, type Table, tableBytes } from '@slimbed/runtime'
import { denseOf, materialize } from '../matrix/deferred.js'
import { encodedOf, holdCodes } from '../matrix/encoded.js'
import type { Matrix } from '../matrix/matrix.js'
import { type Keep, type Measurement, measureAndKeep } from '../measure/measure.js'
import { unmeasured } from '../measure/unmeasured.js'
import { checkWeights } from '../measure/weights.js'
import type { Compressor, Context } from '../plugin/compressor.js'
import { format } from '../plugin/format.js'
import type { TensorAdapter } from '../tensor/adapter.js'
import { createTensor } from '../tensor/create.js'
import { stagesOf } from './pipeline.js'
import { randomAt } from './random.js'
import { applyStage } from './stage.js'

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

/**
 * `compress` on an adapter. `keepOf` is asked, of the table of the last stage, where what is computed of it goes while it is
 * measured.
 */
export async function run(
  matrix: Matrix,
  compressor: Compressor,
  tensor: TensorAdapter,
  { weights, signal, onProgress, seed = 0 }: CompressOptions,
  keepOf?: (unmeasured: Compression) => Keep
): Promise<Compression> {
  checkWeights(weights, matrix.rows)
  const spec = format(compressor)
  let stages: readonly StageReport[] = []
  let table = denseOf(matrix)
  let made: Compression | undefined
  let similarityOnly = false
  const { backend, threads } = tensor
  const all = stagesOf(compressor)
  for (const [i, stage] of all.entries()) {
    const progress: Context['progress'] = (done, total) => onProgress?.(stage.name, done, total)
    const details: Record<string, JsonObject> = {}
    const report = (path: string, found: JsonObject) => {
      details[path] = { ...details[path], ...found }
    }
    const context: Context = { path: [], weights, tensor, seed, random: randomAt(seed), progress, signal }
    table = await applyStage(table, stage, context, report)
    similarityOnly ||= stage.similarityOnly ?? false
    // Codes of the matrix itself are computed while they are compared with it.
    if (similarityOnly || encodedOf(table)?.matrix !== matrix)
      table = await holdCodes(table, tensor, { signal, progress })
    const told = Object.keys(details).length > 0 && { details }
    const after = (table: Table, measured: Measurement): Compression => {
      const stageReport = { name: stage.name, bytes: tableBytes(table), relativeError: measured.relativeError, ...told }
      return { table, pipeline: spec, seed, stages: [...stages, stageReport], measured, backend, threads }
    }
    let now: Compression
    if (similarityOnly) now = after(table, unmeasured(matrix, table, weights))
    else {
      const watched = (done: number, total: number) => onProgress?.('measure', done, total)
      const keep = (shaped: Table) => keepOf!(after(shaped, unmeasured(matrix, shaped, weights)))
      const options = { tensor, weights, signal, progress: watched }
      const found = await measureAndKeep(matrix, table, options, keepOf && i === all.length - 1 ? keep : undefined)
      now = after(found.table, found.measured)
    }
    ;({ table, stages } = now)
    made = now
  }
  return made!
}
