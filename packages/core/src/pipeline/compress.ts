import type { Extra, Matrix, Sizes, Vocabulary } from '@slimbed/runtime'
import { tableBytes } from '@slimbed/runtime/kinds'
import type { Saved } from '../artefact/contents.js'
import { type Origin, provenanceOf, withRoom } from '../artefact/provenance.js'
import { type BegunFile, beginFile } from '../artefact/save-while-computed.js'
import type { ReadableSink, Sink } from '../artefact/write.js'
import { materialize } from '../matrix/compute.js'
import { denseOf } from '../matrix/dense-of.js'
import { notYetMeasured } from '../measure/unmeasured.js'
import { checkWeights } from '../measure/weights.js'
import type { Compressor } from '../plugin/compressor.js'
import { format } from '../plugin/format.js'
import type { Resumable } from '../resume/resumable.js'
import type { TensorAdapter } from '../tensor/adapter.js'
import { createTensor } from '../tensor/create.js'
import type { Compression } from './compression.js'
import { checkMetric } from './metric.js'
import { stagesOf } from './pipeline.js'
import { runStage, type StageResult } from './run-stage.js'

/** Options of `compress`. */
export interface CompressOptions {
  /** Importance of each row: `rows` non-negative numbers. */
  readonly weights?: Float32Array | undefined
  /** How much errors along columns count, for compressors that can make use of it: as in `Context`. */
  readonly metric?: Float64Array | undefined
  /** An unsigned 32-bit integer, 0 by default. */
  readonly seed?: number
  /** The engine; by default the fastest present, closed at the end. */
  readonly tensor?: TensorAdapter
  /** Called with the stage's name and the work done of its total. */
  readonly onProgress?: (stage: string, done: number, total: number) => void
  readonly signal?: AbortSignal | undefined
  /**
   * Where a file of the table is written, as it is computed; it may have been written to when `compress` rejects. If it can be read, no codes
   * are held in memory, however large the table.
   */
  readonly sink?: Sink | ReadableSink | undefined
  /** Writes down how far the run has come; `tensor` has its `spread`. */
  readonly resumable?: Resumable | undefined
  /** The words of the rows, for the file. */
  readonly vocabulary?: Vocabulary | undefined
  /** Extra data for the file that readers of tables ignore, such as a classifier. */
  readonly extra?: Extra | undefined
  /** Facts about the run that only the caller knows, for the provenance in the file. */
  readonly origin?: Origin | undefined
  /** Called with the bytes of the file written so far, after everything is computed. */
  readonly onWrite?: ((done: number, total: number) => void) | undefined
}

/** What `compress` made, and the sizes of the file where it wrote one. */
export interface Compressed extends Compression {
  readonly sizes?: Sizes
}

/**
 * Runs a compressor on a matrix and measures what each stage of it costs and loses; with `options.sink`, saves the result with its
 * provenance. The factors or codes of the last stage are then written as they are computed, in the pass that measures them, and are
 * not held in memory. The same input gives the same bytes.
 *
 * With `options.tensor`, dense leaves of the result may still be computed on it as they are read: `save` streams them,
 * `materialize` holds them. Without it, they are computed and held in memory; leaves that were written to `options.sink` are not
 * held, and cannot be read any more. Rejects as the compressors and the sink do, with `aborted`, and with `bad-input` for weights
 * that are not `rows` numbers of 0 or more and what a file cannot hold.
 */
export function compress(
  matrix: Matrix,
  compressor: Compressor,
  options: CompressOptions & { readonly sink: Sink }
): Promise<Compressed & { readonly sizes: Sizes }>
export function compress(matrix: Matrix, compressor: Compressor, options?: CompressOptions): Promise<Compressed>
export async function compress(
  matrix: Matrix,
  compressor: Compressor,
  options: CompressOptions = {}
): Promise<Compressed> {
  if (options.tensor) return compressOn(options.tensor, matrix, compressor, options)
  const tensor = await createTensor()
  try {
    const made = await compressOn(tensor, matrix, compressor, options)
    return options.sink ? made : { ...made, table: await materialize(made.table) }
  } finally {
    await tensor.close()
  }
}

/** `compress` on an adapter. */
async function compressOn(
  tensor: TensorAdapter,
  matrix: Matrix,
  compressor: Compressor,
  options: CompressOptions
): Promise<Compressed> {
  const { weights, metric, signal, onProgress, seed = 0, sink, vocabulary, extra, origin, onWrite } = options
  checkWeights(weights, matrix.rows)
  checkMetric(metric, matrix.dim)
  const { backend, threads } = tensor
  const start = denseOf(matrix)
  const measured = notYetMeasured(matrix, start, weights)
  let made: Compression = { table: start, pipeline: format(compressor), seed, stages: [], measured, backend, threads }
  const after = (stage: Compressor, { table, measured, details }: StageResult): Compression => {
    const { name } = stage
    const told = Object.keys(details).length > 0 && { details }
    const report = { name, bytes: tableBytes(table), relativeError: measured.relativeError, ...told }
    return { ...made, table, stages: [...made.stages, report], measured }
  }
  const contentsOf = (done: Compression): Saved => {
    return { table: done.table, vocabulary, extra, provenance: provenanceOf(done, origin) }
  }
  let file: BegunFile | undefined
  const begin = (to: Sink, unfinished: Compression) => {
    const { provenance, ...contents } = contentsOf(unfinished)
    file = beginFile({ ...contents, provenance: withRoom(provenance) }, to)
    options.resumable?.file(file)
    return file
  }
  const stages = stagesOf(compressor)
  let similarityOnly = false
  for (const [i, stage] of stages.entries()) {
    similarityOnly ||= stage.similarityOnly ?? false
    const last = sink && i === stages.length - 1
    const begun = last ? (unfinished: StageResult) => begin(sink, after(stage, unfinished)) : undefined
    const followed = i < stages.length - 1
    const common = { tensor, seed, weights, metric, signal, onProgress, followed }
    made = after(stage, await runStage(matrix, made.table, stage, similarityOnly, common, begun))
  }
  if (!sink) return made
  const contents = contentsOf(made)
  file ??= beginFile(contents, sink)
  return { ...made, sizes: await file.finish(contents, { signal, progress: onWrite }) }
}
