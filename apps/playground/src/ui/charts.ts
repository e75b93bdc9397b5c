import * as Plot from '@observablehq/plot'
import type { Place, Run } from '../worker/api.js'
import { make } from './dom.js'
import { labels } from './labels.js'
import { bytes, error, percent } from './numbers.js'

const style = { background: 'none', color: 'currentColor', fontFamily: 'inherit', fontSize: '12px' }
const accent = 'var(--accent)'

/** A plot as one picture: the names of its parts are for nobody. */
function picture(options: Plot.PlotOptions & { readonly ariaLabel: string }): Element {
  const { ariaLabel, ...others } = options
  const plot = Plot.plot(others)
  for (const part of plot.querySelectorAll('[aria-label], [aria-description]')) {
    part.removeAttribute('aria-label')
    part.removeAttribute('aria-description')
  }
  plot.setAttribute('role', 'img')
  plot.setAttribute('aria-label', ariaLabel)
  return plot
}

/** Bytes against error, a dot for each run, in the width that there is. */
export function tradeOff(runs: readonly Run[], chosen: Run, width: number): Element {
  const known = runs.filter((run) => !Number.isNaN(run.relativeError))
  const said = ({ spec, bytes: size, relativeError, overlap }: Run) =>
    `${spec}\n${bytes(size)}, error ${error(relativeError)}\n${percent(overlap)} of neighbours kept`
  if (known.length === 0) {
    return make(
      'p',
      'There is no error to plot: it is not known, or the table keeps only how similar rows are.',
      'muted'
    )
  }
  return picture({
    width,
    height: Math.min(320, Math.max(220, width * 0.6)),
    marginLeft: 48,
    marginBottom: 40,
    style,
    ariaLabel: 'Bytes against relative error of every run',
    x: {
      label: 'bytes →',
      tickFormat: (value: number) => bytes(value),
      ticks: width < 420 ? 3 : 4,
      zero: true,
      nice: true
    },
    y: { label: '↑ relative error', zero: true, nice: true, grid: true },
    marks: [
      Plot.ruleY([0]),
      Plot.dot(known, {
        x: 'bytes',
        y: 'relativeError',
        r: 6,
        stroke: accent,
        strokeWidth: 2,
        fill: (run: Run) => (run === chosen ? accent : 'var(--surface)'),
        title: said,
        tip: { fill: 'var(--surface)' }
      })
    ]
  })
}

/** Words at their places before, each with a line to its place after. */
export function wordMap(places: readonly Place[], width: number): Element {
  if (places.length < 2) return make('p', 'A map takes two words or more.', 'muted')
  return picture({
    width,
    height: Math.min(560, Math.max(320, width * 0.75)),
    margin: 24,
    inset: 12,
    style,
    ariaLabel: 'Words on a plane, before and after',
    x: { axis: null },
    y: { axis: null },
    marks: [
      Plot.link(places, {
        x1: ({ before }: Place) => before[0],
        y1: ({ before }: Place) => before[1],
        x2: ({ after }: Place) => after[0],
        y2: ({ after }: Place) => after[1],
        stroke: accent,
        strokeOpacity: 0.6
      }),
      Plot.dot(places, {
        x: ({ after }: Place) => after[0],
        y: ({ after }: Place) => after[1],
        r: 2.5,
        fill: accent,
        title: 'word',
        tip: { fill: 'var(--surface)' }
      }),
      labels(
        places.map(({ word, before }) => ({ text: word, at: before })),
        width < 500 ? 11 : 12
      )
    ]
  })
}
