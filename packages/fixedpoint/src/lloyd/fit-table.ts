import type { Layout } from '../grid.js'
import { createHistograms } from '../points.js'
import type { Sample } from '../sample.js'
import { errorAt, fitScale, type Run, rootMeanSquare } from './fit-scale.js'
import { fitLevels, type Sorted, sorted } from './levels.js'
import { type Finder, finderOf } from './nearest.js'

/** The runs of values of a sample that share a scale; with `shared`, those of each column or of the table, weighted by row. */
export function runsOf({ rows, data, weights }: Sample, { dim, groupSize, groups }: Layout, shared: boolean): Run[] {
  if (shared && groups > 1) {
    return Array.from({ length: dim }, (_, at) => ({ x: data, at, size: rows, step: dim, weights }))
  }
  if (shared) {
    const each = Float32Array.from(data, (_, i) => weights[Math.floor(i / dim)])
    return [{ x: data, at: 0, size: data.length, step: 1, weights: each }]
  }
  const starts = Array.from(
    { length: rows * groups },
    (_, i) => Math.floor(i / groups) * dim + (i % groups) * groupSize
  )
  return starts.map((at) => ({ x: data, at, size: Math.min(groupSize, dim - (at % dim)), step: 1 }))
}

/** The values of the runs at scale 1, each weighted by what it counts in the squared error of the table. */
function normalized(runs: readonly Run[], scales: readonly number[]): Sorted {
  let farthest = 0
  runs.forEach(({ x, at, size, step }, r) => {
    const rate = scales[r] > 0 ? 1 / scales[r] : 0
    for (let i = 0; i < size; i++) farthest = Math.max(farthest, Math.abs(x[at + i * step] * rate))
  })
  const histogram = createHistograms(Float64Array.of(0), Float64Array.of(farthest))
  const largest = scales.reduce((most, scale) => Math.max(most, scale), 0)
  const longest = runs.reduce((most, { size }) => Math.max(most, size), 0)
  const [values, weights] = [new Float32Array(longest), new Float32Array(longest)]
  runs.forEach(({ x, at, size, step, weights: own }, r) => {
    if (scales[r] === 0) return
    const share = (scales[r] / largest) ** 2
    for (let i = 0; i < size; i++) {
      values[i] = x[at + i * step] / scales[r]
      weights[i] = (own ? own[i] : 1) * share
    }
    histogram.add(0, values, 0, size, weights, 0, 1)
  })
  return sorted(histogram.points(0))
}

/** How often levels are fitted to scales and scales to levels. */
const turns = 3

/** Levels, and what they lose of a sample. */
interface Fitted {
  readonly finder: Finder
  readonly error: number
}

function fit(runs: readonly Run[], bits: number, zero: boolean): Fitted {
  let scales = runs.map(rootMeanSquare)
  let best: Fitted | undefined
  for (let turn = 0; turn < turns; turn++) {
    const finder = finderOf(Float32Array.from(fitLevels(normalized(runs, scales), 2 ** bits, zero)))
    scales = runs.map((run) => fitScale(run, finder))
    const error = runs.reduce((sum, run, i) => sum + errorAt(run, finder, scales[i]), 0)
    if (!best || error < best.error) best = { finder, error }
  }
  return best!
}

/** A level at 0 is taken if the squared error is at most this many times that of levels without. */
const worth = (bits: number): number => (bits < 7 ? 1.005 : 1.015)

/**
 * The levels of least squared error on a sample, at scales that are fitted too. One is 0 where that costs hardly any of it, or with
 * `zero`.
 */
export function fitTable(sample: Sample, layout: Layout, bits: number, shared: boolean, zero: boolean): Finder {
  const runs = runsOf(sample, layout, shared)
  if (!zero && bits === 1) return fit(runs, bits, false).finder
  const withLevel = fit(runs, bits, true)
  if (zero) return withLevel.finder
  const without = fit(runs, bits, false)
  return withLevel.error <= worth(bits) * without.error ? withLevel.finder : without.finder
}
