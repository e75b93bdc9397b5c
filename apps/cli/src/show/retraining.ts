import type { LanguageModel, RetrainReport } from '@slimbed/lm'
import type { Sizes } from '@slimbed/runtime'
import { tableBytes } from '@slimbed/runtime/kinds'
import { alignColumns } from './text/table.js'
import { bytes, count, counted, duration, shape, smaller } from './text/units.js'

/** One of the two tables of a model. */
interface TableSize {
  readonly rows: number
  readonly dim: number
  readonly bytes: number
}

/** What `slimbed retrain --json` prints. */
export interface RetrainingReport {
  readonly input: { path: string; tableBytes: number }
  readonly output: { path: string; bytes: number; tableBytes: number }
  readonly embedding: TableSize
  readonly softmax: TableSize
  /** The bytes of both tables as float32, divided by their bytes in the file. */
  readonly ratio: number
  /**
   * Perplexities of the validation text: before training, quantized if it will be; of the model that was kept; and the step of
   * that model.
   */
  readonly before: number
  readonly after: number
  readonly bestStep: number
  readonly validations: readonly RetrainReport[]
  readonly seed: number
  readonly backend: string
  readonly threads: number
  readonly seconds: number
  readonly peakMemoryBytes: number
}

const bytesOf = ({ embedding, softmax }: LanguageModel) => tableBytes(embedding) + tableBytes(softmax)

/** What a report says of the models before and after. */
export function reportOf(
  from: string,
  given: LanguageModel,
  to: string,
  made: LanguageModel,
  sizes: Sizes,
  validations: readonly RetrainReport[]
) {
  const { embedding, softmax } = made
  const values = embedding.rows * embedding.dim + softmax.rows * softmax.dim
  const best = validations.findLast((one) => one.best)!
  const sizeOf = (table: LanguageModel['embedding']) => ({ rows: table.rows, dim: table.dim, bytes: tableBytes(table) })
  return {
    input: { path: from, tableBytes: bytesOf(given) },
    output: { path: to, bytes: sizes.file, tableBytes: bytesOf(made) },
    embedding: sizeOf(embedding),
    softmax: sizeOf(softmax),
    ratio: (4 * values) / bytesOf(made),
    before: validations[0].validation,
    after: best.validation,
    bestStep: best.step,
    validations
  }
}

/** A report as a person reads it. */
export function showRetraining(report: RetrainingReport): string {
  const { output, embedding, softmax, validations, bestStep, backend, threads, seconds } = report
  const tables = [
    ['embedding', shape(embedding), bytes(embedding.bytes)],
    ['softmax', shape(softmax), bytes(softmax.bytes)]
  ]
  const lines = validations.map(({ step, rate, validation }) => [
    count(step),
    step === 0 ? '' : rate.toExponential(1),
    validation.toFixed(2),
    step === bestStep ? 'kept' : ''
  ])
  return [
    alignColumns(tables, 'lrr'),
    alignColumns([['step', 'rate', 'validation perplexity', ''], ...lines], 'rrrl'),
    `  ${output.path}  ${bytes(output.bytes)}, both tables ${smaller(report.ratio)} than float32`,
    `  ${duration(seconds)}, ${backend}, ${counted(threads, 'thread')}, peak memory ${bytes(report.peakMemoryBytes)}`
  ].join('\n\n')
}
