import * as Plot from '@observablehq/plot'
import { type Front, type FrontPoint, frontOf } from '../front.js'
import { drawn, lookOf } from './plots.js'

/** What a plot shows of each point. */
export interface Panel {
  readonly title: string
  readonly log: boolean
  valueOf(point: FrontPoint): number | undefined
  /** What the table itself has. */
  readonly original?: number | undefined
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

/** The mean of some scores of one kind, the first measure of each task, × 100; undefined where there are none. */
function meanOf(scores: FrontPoint['scores'], kind: string): number | undefined {
  const own = new Map((scores ?? []).filter((score) => score.kind === kind).map((score) => [score.task, score]))
  for (const score of [...(scores ?? [])].reverse()) if (score.kind === kind) own.set(score.task, score)
  return own.size === 0 ? undefined : 100 * mean([...own.values()].map(({ value }) => value))
}

/** The plots of a front: error, cosine, neighbours, and tasks by their kinds. */
export function panelsOf({ points, original }: Front): Panel[] {
  const kinds = [...new Set(points.flatMap(({ scores }) => scores ?? []).map(({ kind }) => kind))]
  const weighted = points.some(({ weightedError }) => weightedError !== undefined)
  return [
    { title: 'relative error', log: true, valueOf: ({ relativeError }) => relativeError },
    ...(weighted
      ? [{ title: 'weighted error', log: true, valueOf: ({ weightedError }: FrontPoint) => weightedError }]
      : []),
    { title: 'mean cosine', log: false, valueOf: ({ meanCosine }) => meanCosine },
    { title: 'neighbours kept (%)', log: false, valueOf: ({ neighboursKept }) => 100 * neighboursKept },
    ...kinds.map((kind) => ({
      title: `${kind} × 100`,
      log: false,
      valueOf: ({ scores }: FrontPoint) => meanOf(scores, kind),
      original: meanOf(original, kind)
    }))
  ]
}

/** `250 kB`, `1.2 MB`. */
export function sizeText(bytes: number): string {
  const [value, unit] =
    bytes < 999.5e3 ? [bytes / 1e3, 'kB'] : bytes < 999.5e6 ? [bytes / 1e6, 'MB'] : [bytes / 1e9, 'GB']
  return `${Number(value.toPrecision(3))} ${unit}`
}

/** Names of families, the one that is most often on the front first. */
export function familiesOf({ points, measure }: Front): string[] {
  const counts = new Map(points.map(({ family }) => [family, 0]))
  for (const { family } of frontOf(points, measure)) counts.set(family, (counts.get(family) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1]).map(([family]) => family)
}

/** Bytes against one figure: a line for each family, with its points, over a broad one along the front. */
export function frontPlot(front: Front, panel: Panel): string | undefined {
  const families = familiesOf(front)
  const points = front.points
    .map((point, index) => ({ ...point, index, value: panel.valueOf(point) ?? Number.NaN }))
    .filter(({ value }) => Number.isFinite(value) && (!panel.log || value > 0))
  if (points.length === 0) return undefined
  const along = frontOf(points, front.measure).map(({ bytes, pipeline }) => ({
    bytes,
    value: points.find((one) => one.pipeline === pipeline)?.value
  }))
  const sizes = points.map(({ bytes }) => bytes)
  const mark = (plot: Element) => {
    const [dots] = plot.querySelectorAll('[aria-label="dot"]')
    for (const [i, dot] of [...(dots?.children ?? [])].entries()) {
      dot.setAttribute('data-point', String(points[i]?.index))
      dot.setAttribute('data-family', String(families.indexOf(points[i]?.family ?? '')))
    }
  }
  return drawn(
    `bytes against ${panel.title}`,
    {
      width: 460,
      height: 320,
      marginLeft: 52,
      marginTop: 28,
      marginBottom: 42,
      color: { domain: families, range: families.map((_, i) => lookOf(i).colour) },
      symbol: { domain: families, range: families.map((_, i) => lookOf(i).sign) },
      x: {
        type: 'log',
        label: 'bytes of the file →',
        grid: true,
        ticks: 4,
        tickFormat: sizeText,
        domain: [0.85 * Math.min(...sizes), 1.15 * Math.max(...sizes)]
      },
      y: {
        label: `↑ ${panel.title}`,
        grid: true,
        nice: true,
        ...(panel.log && { type: 'log' as const, ticks: 5, tickFormat: '~g' })
      },
      marks: [
        ...(panel.original === undefined
          ? []
          : [Plot.ruleY([panel.original], { strokeDasharray: '4 4', strokeOpacity: 0.6 })]),
        Plot.lineY(along, { x: 'bytes', y: 'value', strokeWidth: 10, strokeOpacity: 0.1, strokeLinejoin: 'round' }),
        Plot.lineY(points, { x: 'bytes', y: 'value', z: 'family', stroke: 'family', strokeOpacity: 0.45 }),
        Plot.dot(points, { x: 'bytes', y: 'value', fill: 'family', symbol: 'family', r: 4.5 })
      ]
    },
    mark
  )
}
