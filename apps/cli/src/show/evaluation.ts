import type { ComparedScore, Difference, Evaluation, Fidelity, TableEvaluation } from '@slimbed/eval'
import { printable } from './text/printable.js'
import { alignColumns } from './text/table.js'
import { bytes, count, decimal, percent, shape, smaller } from './text/units.js'

const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(1)}`

/** `−1.2 (−2.0 to −0.4)`, in hundredths. */
const showDifference = ({ value, low, high }: Difference): string =>
  `${signed(100 * value)} (${signed(100 * low)} to ${signed(100 * high)})`

function showScores(scores: readonly ComparedScore[], compared: boolean): string {
  const lines = scores.map(({ kind, task, measure, value, items, covered, difference }) => [
    kind,
    printable(task),
    measure,
    (100 * value).toFixed(1),
    ...(compared ? [difference ? showDifference(difference) : ''] : []),
    `${count(covered)} of ${count(items)}`
  ])
  const heading = ['', 'task', 'measure', '× 100', ...(compared ? ['difference (95 %)'] : []), 'known']
  return alignColumns([heading, ...lines], compared ? 'lllrll' : 'lllrl')
}

function showFidelity(found: Fidelity, weighted: boolean): string {
  const figures = [
    ...(found.relativeError === undefined ? [] : [['relative error', decimal(found.relativeError)]]),
    ...(found.weightedError === undefined ? [] : [['weighted by count', decimal(found.weightedError)]]),
    ...(found.meanCosine === undefined ? [] : [['mean cosine', decimal(found.meanCosine)]]),
    [`of ${found.k} neighbours, kept`, percent(found.neighbourOverlap)],
    ['eigenspace overlap', decimal(found.eigenspaceOverlap)]
  ]
  let from = 1
  const bands = found.bands.map(({ rows, relativeError, meanCosine, neighbourOverlap }) => {
    const to = from + rows - 1
    const line = [
      `${count(from)} to ${count(to)}`,
      relativeError === undefined ? '' : decimal(relativeError),
      meanCosine === undefined ? '' : decimal(meanCosine),
      percent(neighbourOverlap)
    ]
    from = to + 1
    return line
  })
  const title = weighted ? 'rows by weight' : 'rows as they come'
  const heading = [title, 'relative error', 'mean cosine', 'neighbours kept']
  return `${alignColumns(figures, 'lr')}\n\n${alignColumns([heading, ...bands], 'lrrr')}`
}

const showTable = (table: TableEvaluation, compared: boolean): string =>
  [
    alignColumns(
      [
        [table.path, bytes(table.bytes), `${shape(table)}, ${smaller(table.ratio)} than float32`],
        ['isotropy', decimal(table.isotropy), '']
      ],
      'lrl'
    ),
    ...(table.fidelity ? [showFidelity(table.fidelity, table.fidelity.weightedError !== undefined)] : []),
    ...(table.scores.length > 0 ? [showScores(table.scores, compared)] : [])
  ].join('\n\n')

/** An evaluation as a person reads it: the original first. */
export function showEvaluation({ against, tables }: Evaluation): string {
  const original = against ? [`original\n${showTable(against, false)}`] : []
  return [...original, ...tables.map((table) => showTable(table, against !== undefined))].join('\n\n\n')
}
