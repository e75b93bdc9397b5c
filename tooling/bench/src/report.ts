import type { CaseResult, Result } from './compare.js'

const columns = ['', 'median s', 'MB/s', 'times ours', 'peak MB', 'relative error'] as const

const cells = (result: Result, ours: number): string[] => [
  result.contender,
  result.medianSeconds.toFixed(2),
  result.megabytesPerSecond.toFixed(0),
  (result.medianSeconds / ours).toFixed(2),
  (result.peakMemoryBytes / 1e6).toFixed(0),
  result.relativeError?.toFixed(5) ?? ''
]

/** A case as a Markdown table: medians, rates, the ratio to our fastest, peak memory. */
export function markdown({ what, bytes, results, missing }: CaseResult): string {
  const own = results.filter(({ peer }) => !peer)
  const ours = Math.min(...own.map(({ medianSeconds }) => medianSeconds))
  const rows = results.map((result) => `| ${cells(result, ours).join(' | ')} |`)
  const rule = columns.map((_, i) => (i === 0 ? '---' : '---:'))
  return [
    `**${what}** (${(bytes / 1e6).toFixed(0)} MB)`,
    '',
    `| ${columns.join(' | ')} |`,
    `| ${rule.join(' | ')} |`,
    ...rows,
    ...missing.map(({ contender, why }) => `\nNot run: ${contender} (${why})`),
    ''
  ].join('\n')
}
