import type { Compression } from '@slimbed/core'
import { tableBytes } from '@slimbed/core'
import type { Sizes } from '@slimbed/runtime'
import type { Report, Seconds } from './compression.js'
import { printable } from './text/printable.js'
import { alignColumns } from './text/table.js'
import { bytes, counted, decimal, duration, shape, smaller, times } from './text/units.js'

/** A compressed table of a model. */
export interface Made {
  readonly tensor: string
  readonly rows: number
  readonly dim: number
  readonly compression: Compression
}

/** The result for one matrix of a model. */
export interface TableReport
  extends Pick<Report, 'pipeline' | 'relativeError' | 'weightedError' | 'meanCosine' | 'stages'> {
  readonly tensor: string
  readonly rows: number
  readonly dim: number
  /** Of the table's tensors. */
  readonly bytes: number
  /** `rows · dim · 4 / bytes`. */
  readonly ratio: number
}

/** What `slimbed compress --tensor --json` prints; for one table, also what it prints without `--tensor`. */
export interface ModelReport extends Pick<Report, 'backend' | 'threads' | 'seconds' | 'peakMemoryBytes'> {
  readonly input: { path: string; format: 'safetensors'; bytes: number; rows?: number; dim?: number }
  /** `otherBytes` are those of the tensors that were kept as they were. */
  readonly output: { path: string; bytes: number; tableBytes: number; vocabularyBytes: number; otherBytes: number }
  /** The bytes of the matrices as float32, divided by `tableBytes`. */
  readonly ratio: number
  readonly tables: readonly TableReport[]
}

function tableReport({ tensor, rows, dim, compression }: Made): TableReport {
  const { table, pipeline, measured, stages } = compression
  const { relativeError, weightedError = relativeError, meanCosine } = measured
  const size = tableBytes(table)
  const errors = { relativeError, weightedError, meanCosine }
  return { tensor, rows, dim, bytes: size, ratio: (rows * dim * 4) / size, pipeline, ...errors, stages }
}

/** The report of a run that wrote `sizes` to `path`, or would have. */
export function modelReport(
  input: { readonly path: string; readonly bytes: number },
  path: string,
  made: readonly Made[],
  others: number,
  sizes: Sizes,
  seconds: Seconds
): ModelReport {
  const tables = made.map(tableReport)
  const dense = tables.reduce((sum, { rows, dim }) => sum + rows * dim * 4, 0)
  const { backend, threads } = made[0].compression
  const size = sizes.table - others
  const one = tables.length === 1 ? tables[0] : undefined
  const { rows, dim, tensor: _, bytes: __, ratio: ___, ...contract } = one ?? ({} as Partial<TableReport>)
  return {
    input: { ...input, format: 'safetensors', ...(one && { rows, dim }) },
    output: { path, bytes: sizes.file, tableBytes: size, vocabularyBytes: sizes.vocabulary, otherBytes: others },
    ratio: dense / size,
    ...contract,
    tables,
    backend,
    threads,
    seconds,
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024
  }
}

/** A report as a person reads it. */
export function showModelReport(report: ModelReport, others: number, weighted: boolean): string {
  const { input, output, tables, seconds } = report
  const words = output.vocabularyBytes > 0 ? `, and ${bytes(output.vocabularyBytes)} of words` : ''
  const kept = others > 0 ? `, with ${counted(others, 'other tensor')} of ${bytes(output.otherBytes)}` : ''
  const what = `${counted(tables.length, 'table')}, ${smaller(report.ratio)}${kept}${words}`
  const sizes = [
    [input.path, bytes(input.bytes), ''],
    [output.path, bytes(output.bytes), what]
  ]
  const lines = tables.map((table) => [
    printable(table.tensor),
    shape(table),
    bytes(table.bytes),
    times(table.ratio),
    decimal(table.relativeError),
    ...(weighted ? [decimal(table.weightedError)] : []),
    decimal(table.meanCosine)
  ])
  const titles = ['table', '', 'bytes', 'smaller', 'relative error', ...(weighted ? ['by count'] : []), 'mean cosine']
  const parts = `read ${duration(seconds.read)}, compress ${duration(seconds.compress)}, write ${duration(seconds.write)}`
  const engine = `${report.backend}, ${counted(report.threads, 'thread')}`
  return [
    alignColumns(sizes, 'lrl'),
    alignColumns([titles, ...lines], `lrrrr${weighted ? 'r' : ''}r`),
    `  ${duration(seconds.total)} (${parts}), ${engine}, peak memory ${bytes(report.peakMemoryBytes)}`
  ].join('\n\n')
}

/** A pipeline that was run for one table of a model, and what the model lost by it. */
export interface Tried {
  readonly tensor: string
  readonly pipeline: string
  readonly bytes: number
  /** Nats a token where the model was calibrated, else the squared relative error times the values. */
  readonly loss: number
}

/** What was tried for the tables of a model. */
export function showTried(tried: readonly Tried[], calibrated: boolean): string {
  const lossText = (loss: number) => (calibrated ? `${(100 * Math.expm1(loss)).toFixed(2)} %` : loss.toPrecision(4))
  const lines = tried.map(({ tensor, pipeline, bytes: size, loss }) => [tensor, pipeline, bytes(size), lossText(loss)])
  return alignColumns(
    [['table alone', 'pipeline', 'bytes', calibrated ? 'perplexity rises' : 'loss'], ...lines],
    'llrr'
  )
}
