import type { StageReport } from '@slimbed/core'
import { formatStage, parseSpec } from '@slimbed/core/plugins'
import type { Made } from '@slimbed/core/shards'
import type { Sizes } from '@slimbed/runtime'
import type { Opened } from '../open/table.js'
import { showDetails } from './details.js'
import { alignColumns } from './text/table.js'
import { bytes, decimal, duration, shape, smaller, times } from './text/units.js'
import { showTexts, type Texts } from './texts.js'

/** Seconds that each part of a run took. */
export interface Seconds {
  readonly read: number
  readonly compress: number
  readonly write: number
  readonly total: number
}

/** What became of the rows of n-grams of a fastText model. */
export interface NgramReport {
  readonly rows: number
  /** Of the table, and of the numbers of its buckets. */
  readonly bytes: number
  readonly relativeError: number
}

/** What turns texts into vectors, where the input is a static model. */
export interface TextsReport extends Texts {
  /** Of the tokenizer, and of the weights of tokens. */
  readonly bytes: number
}

/** What `slimbed compress --json` prints. */
export interface Report {
  readonly input: { path: string; format: string; rows: number; dim: number; bytes: number }
  readonly output: { path: string; bytes: number; tableBytes: number; vocabularyBytes: number }
  /** `rows · dim · 4 / tableBytes`, with the rows of n-grams where there are some. */
  readonly ratio: number
  readonly pipeline: string
  readonly relativeError: number
  /** The same as `relativeError` when all rows weigh the same. */
  readonly weightedError: number
  readonly meanCosine: number
  /** `details` are the facts that a stage reported about its run, by the path of the leaf. */
  readonly stages: readonly StageReport[]
  /** The rows of n-grams, where the input is a fastText model that has some. */
  readonly ngrams?: NgramReport | undefined
  readonly texts?: TextsReport | undefined
  readonly backend: string
  readonly threads: number
  readonly seconds: Seconds
  readonly peakMemoryBytes: number
}

/** What a report says besides the table. */
export interface Beside {
  readonly ngrams?: NgramReport | undefined
  readonly texts?: TextsReport | undefined
}

/** The report of a run that wrote `sizes` to `path`. */
export function createReport(
  input: Pick<Opened, 'path' | 'format' | 'rows' | 'dim' | 'bytes'>,
  path: string,
  made: Made,
  sizes: Sizes,
  seconds: Seconds,
  { ngrams, texts }: Beside = {}
): Report {
  const { rows, dim } = input
  const { relativeError, weightedError = relativeError, meanCosine } = made.measured
  const tableBytes = sizes.table - (texts?.bytes ?? 0)
  return {
    input: { path: input.path, format: input.format, rows, dim, bytes: input.bytes },
    output: { path, bytes: sizes.file, tableBytes, vocabularyBytes: sizes.vocabulary },
    ratio: ((rows + (ngrams?.rows ?? 0)) * dim * 4) / tableBytes,
    pipeline: made.pipeline,
    relativeError,
    weightedError,
    meanCosine,
    stages: made.stages,
    ...(ngrams && { ngrams }),
    ...(texts && { texts }),
    backend: made.backend,
    threads: made.threads,
    seconds,
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024
  }
}

/** A report as text for people, with the stages as they were written in `spec`. */
export function showReport(report: Report, spec: string, weighted: boolean): string {
  const { input, output, seconds } = report
  const dense = input.rows * input.dim * 4
  const { ngrams } = report
  const told = ngrams && [
    `  n-grams: ${shape({ rows: ngrams.rows, dim: input.dim })} in ${bytes(ngrams.bytes)}, relative error ${decimal(ngrams.relativeError)}`
  ]
  const { texts } = report
  const encoder = texts && [`  texts: ${bytes(texts.bytes)}, ${showTexts(texts)}`]
  const words = output.vocabularyBytes > 0 ? `, and ${bytes(output.vocabularyBytes)} of words` : ''
  const sizes = alignColumns(
    [
      [input.path, bytes(input.bytes), `${shape(input)}, ${bytes(dense)} as float32`],
      [output.path, bytes(output.bytes), `${smaller(report.ratio)}${words}`]
    ],
    'lrl'
  )
  const specs = parseSpec(spec).map(formatStage)
  const stages = report.stages.map((stage, i) => [
    specs[i] ?? stage.name,
    bytes(stage.bytes),
    times(dense / stage.bytes),
    decimal(stage.relativeError)
  ])
  const similarityOnly = Number.isNaN(report.relativeError)
  const unknown = [
    'codes keep only similarities between rows, so there are no errors; slimbed compare shows how many neighbours were kept'
  ]
  const measured = [
    `relative error ${decimal(report.relativeError)}`,
    ...(weighted ? [`weighted by count ${decimal(report.weightedError)}`] : []),
    `mean cosine ${decimal(report.meanCosine)}`
  ]
  const errors = similarityOnly ? unknown : measured
  const details = showDetails(report.stages.map((stage) => ({ ...stage })))
  const parts = `read ${duration(seconds.read)}, compress ${duration(seconds.compress)}, write ${duration(seconds.write)}`
  const engine = `${report.backend}, ${report.threads} ${report.threads === 1 ? 'thread' : 'threads'}`
  return [
    sizes,
    alignColumns([['stage', 'bytes', 'smaller', 'relative error'], ...stages], 'lrrr'),
    ...(details === '' ? [] : [details]),
    `  ${errors.join(', ')}`,
    ...(told ?? []),
    ...(encoder ?? []),
    `  ${duration(seconds.total)} (${parts}), ${engine}, peak memory ${bytes(report.peakMemoryBytes)}`
  ].join('\n\n')
}
