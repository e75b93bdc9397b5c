import { checkMemory } from '@slimbed/core'
import type { Extents } from './extents.js'
import type { Layout } from './grid.js'
import type { VisitRun } from './passes.js'
import { createHistograms, createPoints, type Points } from './points.js'

/** A pass over the runs of a matrix. */
export type PassOfRuns = (visit: VisitRun) => Promise<void>

/** What the grids of sets are fitted to. */
export interface SharedPoints {
  /** The points of a set, valid until it is asked for those of another. */
  of(set: number): Points
  /** Whether they are the values themselves. */
  readonly exact: boolean
}

/** Histograms of the sets, from one pass; the values of a set lie about its `centres`. */
async function histogramsOf(
  pass: PassOfRuns,
  { min, max }: Extents,
  centres: Float64Array,
  weights: Float32Array
): Promise<SharedPoints> {
  const radii = centres.map((centre, set) => Math.max(max[set] - centre, centre - min[set]))
  const histograms = createHistograms(centres, radii)
  await pass((set, x, at, size, row, step) => {
    if (radii[set] > 0) histograms.add(set, x, at, size, weights, row, step)
  })
  return { of: histograms.points, exact: false }
}

/** The values themselves of more columns than rows, whose histograms would take more memory. Throws `too-large`. */
async function columnsOf(
  pass: PassOfRuns,
  rows: number,
  columns: number,
  weights: Float32Array
): Promise<SharedPoints> {
  const needed = `scale=column and clip=mse of more columns than rows: ${rows} × ${columns}`
  checkMemory(needed, 4 * rows * columns, 'use scale=row')
  const held = new Float32Array(rows * columns)
  await pass((set, x, at, size, row) => held.set(x.subarray(at, at + size), set * rows + row))
  const points = createPoints(rows)
  return {
    of(set) {
      points.count = 0
      for (let row = 0; row < rows; row++) {
        if (weights[row] === 0) continue
        points.values[points.count] = held[set * rows + row]
        points.weights[points.count++] = weights[row]
      }
      return points
    },
    exact: true
  }
}

/** What the grids of sets of values are fitted to, from one pass over their runs. */
export const pointsOf = (
  pass: PassOfRuns,
  { rows, dim, groups }: Layout,
  extents: Extents,
  centres: Float64Array,
  weights: Float32Array
): Promise<SharedPoints> =>
  groups > 1 && rows < dim ? columnsOf(pass, rows, dim, weights) : histogramsOf(pass, extents, centres, weights)
