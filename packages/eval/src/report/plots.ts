import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'
import type { Evaluation, TableEvaluation } from '../evaluation.js'
import { printable } from './html.js'
import { series } from './style.js'

const signs = ['circle', 'square', 'triangle', 'diamond2', 'star', 'wye'] as const

/** The position of a table among the tables, which selects its colour and its sign. */
export const lookOf = (index: number) => ({
  colour: series[index % series.length],
  // Another sign where colours begin again.
  sign: signs[(index + Math.floor(index / series.length)) % signs.length]
})

/** A plot, of the options of Plot, as an `<svg>` element in text: one picture with a name, whose parts have none. `mark` may write on its parts first. */
export function drawn(
  label: string,
  options: Readonly<Record<string, unknown>>,
  mark: (plot: Element) => void = () => {}
): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>')
  const plot = Plot.plot({
    style: { fontSize: '13px', background: 'none', color: 'inherit' },
    ...options,
    document
  })
  mark(plot)
  for (const part of plot.querySelectorAll('[aria-label], [aria-description]')) {
    part.removeAttribute('aria-label')
    part.removeAttribute('aria-description')
  }
  plot.setAttribute('role', 'img')
  plot.setAttribute('aria-label', label)
  return plot.outerHTML
}

/** The names of tables: paths, numbered where two are the same. */
export const namesOf = (tables: readonly TableEvaluation[]): string[] =>
  tables.map(({ path }, i) =>
    printable(tables.findIndex((other) => other.path === path) < i ? `${path} (${i + 1})` : path)
  )

const scales = (names: readonly string[]) => ({
  color: { domain: names, range: names.map((_, i) => lookOf(i).colour) },
  symbol: { domain: names, range: names.map((_, i) => lookOf(i).sign) }
})

const bitsOf = ({ ratio }: TableEvaluation) => 32 / ratio

/** How much of a table is lost, or kept, against its bits for each value: a point for each table. */
export function rateDistortion(tables: readonly TableEvaluation[]): string | undefined {
  const names = namesOf(tables)
  const panels = ['relative error', 'neighbours kept (%)']
  const points = tables.flatMap((table, i) => {
    const { fidelity } = table
    if (!fidelity) return []
    const values = [fidelity.relativeError, 100 * fidelity.neighbourOverlap]
    return panels.flatMap((panel, k) => {
      const value = values[k]
      return value === undefined ? [] : [{ name: names[i], panel, bits: bitsOf(table), value }]
    })
  })
  if (points.length === 0) return undefined
  const plots = panels.map((panel) => {
    const own = points.filter((point) => point.panel === panel)
    if (own.length === 0) return ''
    return drawn(`${panel} against bits for each value`, {
      ...scales(names),
      width: 440,
      height: 280,
      marginLeft: 50,
      marginBottom: 45,
      x: { type: 'log', label: 'bits for each value', grid: true, ticks: 5, tickFormat: '~g', domain: bitsDomain(own) },
      y: { label: panel, grid: true, zero: true, nice: true },
      marks: [Plot.ruleY([0]), Plot.dot(own, { x: 'bits', y: 'value', fill: 'name', symbol: 'name', r: 6 })]
    })
  })
  return `<div class="pair">${plots.join('')}</div>`
}

/** From half the least to twice the most bits, so that one point has a scale, too. */
function bitsDomain(points: readonly { bits: number }[]): [number, number] {
  const bits = points.map((point) => point.bits)
  return [Math.min(...bits) / 2, Math.max(...bits) * 2]
}

/** Errors and kept neighbours by frequency band: a line for each table. */
export function byBand(tables: readonly TableEvaluation[]): string | undefined {
  const names = namesOf(tables)
  const points = tables.flatMap(({ fidelity }, i) => {
    let from = 1
    return (fidelity?.bands ?? []).map(({ rows, relativeError, neighbourOverlap }) => {
      const to = from + rows - 1
      const band = `to ${to.toLocaleString('en-US')}`
      from = to + 1
      return { name: names[i], band, error: relativeError, kept: 100 * neighbourOverlap }
    })
  })
  if (points.length === 0) return undefined
  const bands = [...new Set(points.map(({ band }) => band))]
  const plot = (value: 'error' | 'kept', label: string) =>
    drawn(`${label} by frequency`, {
      ...scales(names),
      width: 440,
      height: 280,
      marginLeft: 50,
      marginBottom: 45,
      x: { type: 'point', domain: bands, label: 'rows up to this rank by frequency', padding: 0.4 },
      y: { label, grid: true, zero: true, nice: true },
      marks: [
        Plot.ruleY([0]),
        Plot.lineY(points, { x: 'band', y: value, stroke: 'name', strokeWidth: 2 }),
        Plot.dot(points, { x: 'band', y: value, fill: 'name', symbol: 'name', r: 5 })
      ]
    })
  return `<div class="pair">${plot('error', 'relative error')}${plot('kept', 'neighbours kept (%)')}</div>`
}

/** Scores of tasks: differences from the original with their intervals, or the scores themselves where there is none. */
export function byTask({ against, tables }: Evaluation): string | undefined {
  const names = namesOf(tables)
  const points = tables.flatMap(({ scores }, i) =>
    scores.flatMap(({ task, measure, value, difference }) => {
      const label = printable(`${task}, ${measure}`)
      if (!against) return [{ name: names[i], label, value: 100 * value, low: 100 * value, high: 100 * value }]
      if (!difference) return []
      return [
        { name: names[i], label, value: 100 * difference.value, low: 100 * difference.low, high: 100 * difference.high }
      ]
    })
  )
  if (points.length === 0) return undefined
  const labels = [...new Set(points.map(({ label }) => label))]
  const x = against ? 'difference from the original × 100' : 'score × 100'
  return drawn(`${x}, by task`, {
    ...scales(names),
    width: 460,
    height: 75 + labels.length * (26 + 13 * names.length),
    marginLeft: 12,
    marginRight: 20,
    marginBottom: 45,
    x: { label: x, grid: true, axis: 'both', nice: true },
    // The first line of each task is its name.
    y: { domain: ['', ...names], axis: null, padding: 0.2 },
    fy: { domain: labels, label: null, axis: null, padding: 0.15 },
    marks: [
      Plot.ruleX([0]),
      Plot.text(labels, {
        fy: (label: string) => label,
        text: (label: string) => label,
        frameAnchor: 'top-left',
        dy: 3,
        lineWidth: 33,
        textOverflow: 'ellipsis-end',
        fontWeight: 600
      }),
      Plot.ruleY(points, { x1: 'low', x2: 'high', y: 'name', fy: 'label', stroke: 'name', strokeWidth: 1.5 }),
      Plot.dot(points, { x: 'value', y: 'name', fy: 'label', fill: 'name', symbol: 'name', r: 4 })
    ]
  })
}

/** The sign of a table in its colour, as an `<svg>` element in text. */
export function signOf(index: number): string {
  const { colour, sign } = lookOf(index)
  return drawn(sign, {
    width: 14,
    height: 14,
    margin: 0,
    axis: null,
    x: { domain: [0, 1], range: [0, 14] },
    y: { domain: [0, 1], range: [0, 14] },
    marks: [Plot.dot([[0.5, 0.5]], { symbol: sign, r: 5, fill: colour })]
  })
}
