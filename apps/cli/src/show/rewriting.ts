import type { ModelCheck } from '../rewrite/onnx-check.js'
import { alignColumns } from './text/table.js'
import { bytes, decimal, duration, shape, smaller, times } from './text/units.js'

/** A table that was rewritten. */
export interface RewrittenTable {
  readonly name: string
  readonly rows: number
  readonly dim: number
  /** How it was stored, and how it is. */
  readonly from: string
  readonly to: string
  readonly bytesBefore: number
  readonly bytes: number
  /** Against the table that the model had. */
  readonly relativeError: number
  /** With weights. */
  readonly weightedError?: number | undefined
  readonly meanCosine: number
}

/** What `slimbed rewrite --json` prints, for every format; a format may add to it. */
export interface RewriteReport {
  readonly input: { readonly path: string; readonly format: string; readonly bytes: number }
  readonly output: { readonly path: string; readonly bytes: number }
  /** Bytes of the input divided by those of the output. */
  readonly ratio: number
  readonly tables: readonly RewrittenTable[]
  /** How it was verified before the file got its name. */
  readonly verified: string
  /** The whole model on texts, before and after, where that was asked for. */
  readonly check?: ModelCheck
  readonly backend: string
  readonly threads: number
  readonly seconds: { readonly total: number }
  readonly peakMemoryBytes: number
}

/** The whole model on texts, in two lines. */
function checkLine({ texts, meanCosine, neighboursKept, divergence, milliseconds, ...loaded }: ModelCheck): string {
  const { before, after } = milliseconds
  const took = `${before.toFixed(1)} → ${after.toFixed(1)} ms a text (${(after / before).toFixed(2)} ×)`
  const kept = `${(100 * neighboursKept).toFixed(1)} % of neighbours kept`
  const apart = divergence === undefined ? '' : `, ${decimal(divergence)} nats from what was predicted`
  const { before: peak, after: now } = loaded.peakMemoryBytes
  const memory = `${bytes(loaded.optimizedBytes)} once loaded, peak memory ${bytes(peak)} → ${bytes(now)}`
  return `  ${texts} texts: cosine ${decimal(meanCosine)}, ${kept}${apart}, ${took}\n  ${memory}`
}

/** A report as text for people. */
export function showRewriting({ input, output, ratio, tables, verified, check, ...run }: RewriteReport): string {
  const files = alignColumns(
    [
      [input.path, bytes(input.bytes), ''],
      [output.path, bytes(output.bytes), smaller(ratio)]
    ],
    'lrl'
  )
  const weighted = tables.some(({ weightedError }) => weightedError !== undefined)
  const lines = tables.map((table) => [
    table.name,
    shape(table),
    `${table.from} → ${table.to}`,
    bytes(table.bytesBefore),
    bytes(table.bytes),
    times(table.bytesBefore / table.bytes),
    decimal(table.relativeError),
    ...(weighted ? [decimal(table.weightedError ?? Number.NaN)] : []),
    decimal(table.meanCosine)
  ])
  const heading = [
    'table',
    '',
    'stored as',
    'before',
    'bytes',
    'smaller',
    'relative error',
    ...(weighted ? ['weighted'] : []),
    'mean cosine'
  ]
  const engine = `${run.threads} ${run.threads === 1 ? 'thread' : 'threads'}`
  return [
    files,
    alignColumns([heading, ...lines], `lllrrrr${weighted ? 'r' : ''}r`),
    `  verified: ${verified}`,
    ...(check ? [checkLine(check)] : []),
    `  ${duration(run.seconds.total)}, ${engine}, peak memory ${bytes(run.peakMemoryBytes)}`
  ].join('\n\n')
}
