import type { ComparedScore } from '../compare.js'
import type { Evaluation, TableEvaluation } from '../evaluation.js'
import { breakable, type Cell, type Column, escaped, figure, pageOf, section, tableOf } from './html.js'
import { byBand, byTask, namesOf, rateDistortion, signOf } from './plots.js'

const count = (value: number) => value.toLocaleString('en-US')
const signed = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(100 * value).toFixed(1)}`
const hundredths = (value: number) => (100 * value).toFixed(1)

/** What tables there are: what made them, size, and what was lost. */
function overview({ against, tables }: Evaluation): string {
  const compared = against !== undefined
  const names = namesOf(tables)
  const line = (table: TableEvaluation, name: Cell): Cell[] => {
    const { rows, dim, tableBytes, ratio, isotropy, fidelity } = table
    const lost = [
      fidelity?.relativeError?.toFixed(4),
      fidelity?.weightedError?.toFixed(4),
      fidelity?.meanCosine?.toFixed(4),
      fidelity && `${hundredths(fidelity.neighbourOverlap)} %`,
      fidelity?.eigenspaceOverlap.toFixed(4)
    ].map((figure) => figure ?? '')
    const own = [`${count(rows)} × ${count(dim)}`, count(tableBytes), `${ratio.toFixed(1)} ×`, isotropy.toFixed(4)]
    return [name, ...own, ...(compared ? lost : [])]
  }
  const titles = ['table', 'shape', 'bytes', 'smaller', 'isotropy']
  const more = ['relative error', 'weighted', 'mean cosine', 'neighbours kept', 'eigenspace overlap']
  const columns = [...titles, ...(compared ? more : [])].map((title) => ({ title }))
  const original = against ? [line(against, { html: `${breakable(against.path)}<small>the original</small>` })] : []
  const named = (table: TableEvaluation, i: number) => {
    const made = table.pipeline === undefined ? '' : `<small><code>${escaped(table.pipeline)}</code></small>`
    return line(table, { html: `${signOf(i)}${i + 1}.&nbsp;${breakable(names[i])}${made}` })
  }
  return tableOf(columns, [...original, ...tables.map(named)])
}

/** `75.8`, and below it `−1.1 (−1.8 to −0.5)`. */
function cell(score: ComparedScore | undefined): Cell {
  if (!score) return ''
  const { value, difference: found } = score
  const below = found && `${signed(found.value)} (${signed(found.low)} to ${signed(found.high)})`
  return { text: hundredths(value), below }
}

/** All scores: a line for each task and measure, a column for each table by its number in the overview. */
function scores({ against, tables }: Evaluation): string {
  const columns = [...(against ? [against] : []), ...tables]
  const keys = new Map(
    columns.flatMap((table) => table.scores.map((score) => [`${score.task}\n${score.measure}`, score]))
  )
  const names = namesOf(tables)
  const headings: Column[] = [
    { title: 'task' },
    ...(against ? [{ title: 'original' }] : []),
    ...tables.map(({ pipeline }, i) => ({
      title: { html: `${signOf(i)}${i + 1}` },
      label: `${i + 1}. ${pipeline ?? names[i]}`
    }))
  ]
  const lines = [...keys.values()].map(({ task, measure, covered, items }): Cell[] => [
    { text: task, below: `${measure}; ${count(covered)} of ${count(items)} known` },
    ...columns.map((table) => cell(table.scores.find((one) => one.task === task && one.measure === measure)))
  ])
  return tableOf(headings, lines)
}

function notes({ skipped, notes }: Evaluation): string {
  const lines = [...skipped.map(({ reason }) => `Left out: ${reason}`), ...notes]
  return lines.length === 0
    ? ''
    : section('Notes', `<ul>${lines.map((line) => `<li>${escaped(line)}</li>`).join('')}</ul>`)
}

/**
 * An evaluation as one HTML page that needs nothing else: figures, and plots as SVG of size against error, errors by frequency and
 * scores by task, in light and dark.
 */
export function renderReport(evaluation: Evaluation): string {
  const { against, tables, tasks, resamples } = evaluation
  const plots: [string, string | undefined, string][] = [
    [
      'Size and error',
      rateDistortion(tables),
      'Each point is a table: what it costs and how far it is from the original.'
    ],
    ['By frequency', byBand(tables), 'Relative error and neighbours kept, by how frequent the rows are.'],
    [
      'Tasks',
      byTask(evaluation),
      against
        ? `Score less that of the original, with 95 % intervals from ${count(resamples)} paired bootstrap samples.`
        : 'Scores.'
    ]
  ]
  const drawn = plots.flatMap(([title, picture, caption]) =>
    picture ? [section(title, figure(picture, caption))] : []
  )
  const hasScores = [...tables, ...(against ? [against] : [])].some((table) => table.scores.length > 0)
  const subject = [tasks && `tasks in ${tasks}`, against && `against ${against.path}`].filter(Boolean).join(', ')
  return pageOf(
    'slimbed eval',
    `<h1>What the tables are good for</h1>
<p class="quiet">${escaped(subject)}</p>
${overview(evaluation)}
${drawn.join('\n')}
${hasScores ? section('Scores × 100', scores(evaluation)) : ''}
${notes(evaluation)}`
  )
}
