import { type Front, type FrontPoint, frontOf } from '../front.js'
import { familiesOf, frontPlot, panelsOf, sizeText } from './front-plots.js'
import { frontScript, frontStyle } from './front-script.js'
import { type Cell, escaped, pageOf, printable, section, tableOf } from './html.js'
import { signOf } from './plots.js'

const count = (value: number) => value.toLocaleString('en-US')
const figureOf = (title: string, value: number) =>
  title.includes('100') || title.includes('%')
    ? value.toFixed(1)
    : value < 1e-4
      ? value.toExponential(1)
      : value.toFixed(4)

/** The figures of a point with their names. */
function figuresOf(front: Front, point: FrontPoint): [string, string][] {
  const { rows, dim } = front.input
  const { bytes, seconds } = point
  return [
    ['file', sizeText(bytes)],
    ['smaller', `${((4 * rows * dim) / bytes).toFixed(1)} ×`],
    ...panelsOf(front).flatMap((panel): [string, string][] => {
      const value = panel.valueOf(point)
      return value === undefined ? [] : [[panel.title, figureOf(panel.title, value)]]
    }),
    ['time', `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`]
  ]
}

/** Points as a table: pipelines, and their figures. */
function tableOfPoints(front: Front, points: readonly FrontPoint[], families: readonly string[]): string {
  const titles = [...new Set(points.flatMap((point) => figuresOf(front, point).map(([title]) => title)))]
  const lines = points.map((point): Cell[] => {
    const figures = new Map(figuresOf(front, point))
    const sign = signOf(families.indexOf(point.family))
    return [
      { html: `${sign}<code>${escaped(point.pipeline)}</code>` },
      ...titles.map((title) => figures.get(title) ?? '')
    ]
  })
  return tableOf([{ title: 'pipeline' }, ...titles.map((title) => ({ title }))], lines)
}

const measures = {
  error: 'relative error',
  weighted: 'weighted error',
  cosine: 'mean cosine',
  kept: 'neighbours kept'
} as const

/** JSON inside of a page. */
const inPage = (value: unknown) => JSON.stringify(value).replaceAll('<', '\\u003c')

/**
 * A front as one HTML page that needs nothing else: plots of bytes against each figure, whose points say what they are when they are pointed at or
 * touched, the pipelines that nothing smaller beats, and all others.
 */
export function renderFront(front: Front): string {
  const { input, measure, points, tasks } = front
  const best = frontOf(points, measure)
  const families = familiesOf(front)
  const plots = panelsOf(front).flatMap((panel) => frontPlot(front, panel) ?? [])
  const buttons = families.map(
    (family, i) => `<button type="button" aria-pressed="false" value="${i}">${signOf(i)}${escaped(family)}</button>`
  )
  const said = points.map((point) => [printable(point.pipeline), ...figuresOf(front, point)])
  const subject = `${input.path}: ${count(input.rows)} × ${count(input.dim)}${tasks === undefined ? '' : `, tasks in ${tasks}`}`
  return pageOf(
    'slimbed sweep',
    `<h1>What each size costs</h1>
<p class="quiet">${escaped(subject)}</p>
<div class="families" role="group" aria-label="Show some families alone">${buttons.join('')}</div>
<figure><div class="pair">${plots.join('')}</div>
<figcaption>Each point is a pipeline that was run: point at it, or touch it. The broad line leads along those that no smaller file beats by ${measures[measure]}.${
      front.original ? ' Dashed: the table itself.' : ''
    }</figcaption></figure>
${section('What no smaller file beats', tableOfPoints(front, best, families))}
<details><summary>All ${count(points.length)} pipelines</summary>
${tableOfPoints(front, points, families)}
</details>
<div id="card" role="status" hidden></div>
<script type="application/json" id="points">${inPage(said)}</script>
<script>${frontScript}</script>`,
    frontStyle
  )
}
