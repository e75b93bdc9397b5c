import type { CaseResult, Result } from './compare.js'

const columns = ['', 'median s', 'MB/s', 'times ours', 'peak MB', 'relative error'] as const
/** Columns of cases that look rows up, that hold more in memory, that search, of words. */
const more = {
  rowsPerSecond: 'rows/s',
  extraBytes: 'extra MB',
  recall: 'recall@10',
  bytesPerWord: 'bytes/word',
  bytesPerCount: 'bytes/count',
  findMicroseconds: 'µs/find',
  wordMicroseconds: 'µs/word(row)'
} as const
/** What stands in them. */
const shown: Readonly<Record<keyof typeof more, (value: number) => string>> = {
  rowsPerSecond: (value) => value.toFixed(0),
  extraBytes: (value) => (value / 1e6).toFixed(2),
  recall: (value) => value.toFixed(3),
  bytesPerWord: (value) => value.toFixed(2),
  bytesPerCount: (value) => value.toFixed(2),
  findMicroseconds: (value) => value.toFixed(2),
  wordMicroseconds: (value) => value.toFixed(2)
}

const short = (seconds: number) => seconds.toFixed(seconds < 0.1 ? 4 : 2)

const cells = (result: Result, ours: number, extra: readonly (keyof typeof more)[]): string[] => [
  result.contender,
  short(result.medianSeconds),
  result.megabytesPerSecond.toFixed(0),
  (result.medianSeconds / ours).toFixed(2),
  (result.peakMemoryBytes / 1e6).toFixed(0),
  result.relativeError?.toFixed(5) ?? '',
  ...extra.map((key) => shown[key](result[key] ?? 0))
]

/** A case as a Markdown table: medians, rates, the ratio to our fastest, peak memory. */
export function markdown({ what, bytes, results, missing }: CaseResult): string {
  const own = results.filter(({ peer }) => !peer)
  const ours = Math.min(...own.map(({ medianSeconds }) => medianSeconds))
  const extra = (Object.keys(more) as (keyof typeof more)[]).filter((key) =>
    results.some((one) => one[key] !== undefined)
  )
  const rows = results.map((result) => `| ${cells(result, ours, extra).join(' | ')} |`)
  const head = [...columns, ...extra.map((key) => more[key])]
  const rule = head.map((_, i) => (i === 0 ? '---' : '---:'))
  return [
    `**${what}** (${(bytes / 1e6).toFixed(0)} MB)`,
    '',
    `| ${head.join(' | ')} |`,
    `| ${rule.join(' | ')} |`,
    ...rows,
    ...missing.map(({ contender, why }) => `\nNot run: ${contender} (${why})`),
    ''
  ].join('\n')
}
