import type { ComparedScore } from '../compare.js'
import type { Evaluation, TableEvaluation } from '../evaluation.js'
import { escaped, tableOf } from './html.js'
import { byBand, byTask, namesOf, rateDistortion, signOf } from './plots.js'
import { style } from './style.js'

const count = (value: number) => value.toLocaleString('en-US')
const signed = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(100 * value).toFixed(1)}`
const hundredths = (value: number) => (100 * value).toFixed(1)

const figure = (picture: string, caption: string) => `<figure>${picture}<figcaption>${caption}</figcaption></figure>`
const section = (title: string, content: string) => `<h2>${title}</h2>\n${content}`

/** What tables there are: size, and what was lost. */
function overview({ against, tables }: Evaluation): string {
  const compared = against !== undefined
  const heading = ['table', 'shape', 'bytes', 'smaller', 'isotropy']
  const line = (table: TableEvaluation, name: string) => {
    const { rows, dim, tableBytes, ratio, isotropy, fidelity } = table
    const shape = `${count(rows)} × ${count(dim)}`
    const lost = fidelity
      ? [
          fidelity.relativeError?.toFixed(4) ?? '',
          fidelity.weightedError?.toFixed(4) ?? '',
          fidelity.meanCosine?.toFixed(4) ?? '',
          `${hundredths(fidelity.neighbourOverlap)} %`,
          fidelity.eigenspaceOverlap.toFixed(4)
        ]
      : ['', '', '', '', '']
    return [name, shape, count(tableBytes), `${ratio.toFixed(1)} ×`, isotropy.toFixed(4), ...(compared ? lost : [])]
  }
  const more = ['relative error', 'weighted', 'mean cosine', 'neighbours kept', 'eigenspace overlap']
  const original = against ? [line(against, `${against.path} (original)`)] : []
  const lines = tables.map((table, i) => line(table, namesOf(tables)[i]))
  return tableOf([[...heading, ...(compared ? more : [])], ...original, ...lines], 1)
}

/** `75.8 (−1.1, −1.8 to −0.5)`. */
function cell(score: ComparedScore | undefined): string {
  if (!score) return ''
  const { value, difference: found } = score
  const beside = found ? ` (${signed(found.value)}, ${signed(found.low)} to ${signed(found.high)})` : ''
  return `${hundredths(value)}${beside}`
}

/** All scores: a line for each task and measure, a column for each table. */
function scores({ against, tables }: Evaluation): string {
  const columns = [...(against ? [against] : []), ...tables]
  const keys = new Map(
    columns.flatMap((table) => table.scores.map((score) => [`${score.task}\n${score.measure}`, score]))
  )
  const names = [...(against ? ['original'] : []), ...namesOf(tables)]
  const lines = [...keys.values()].map(({ task, measure, covered, items }) => [
    task,
    measure,
    `${count(covered)} of ${count(items)}`,
    ...columns.map((table) => cell(table.scores.find((one) => one.task === task && one.measure === measure)))
  ])
  return tableOf([['task', 'measure', 'known', ...names], ...lines], 2)
}

function legend({ tables }: Evaluation): string {
  const items = namesOf(tables).map((name, i) => `<li>${signOf(i)}${escaped(name)}</li>`)
  return `<ul class="legend">${items.join('')}</ul>`
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
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>slimbed eval</title>
<style>${style}</style>
</head>
<body>
<h1>What the tables are good for</h1>
<p class="quiet">${escaped(subject)}</p>
${overview(evaluation)}
${legend(evaluation)}
${drawn.join('\n')}
${hasScores ? section('Scores × 100', scores(evaluation)) : ''}
${notes(evaluation)}
</body>
</html>
`
}
