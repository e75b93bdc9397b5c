import { clipGrid } from './clip.js'
import { type Grid, type GridShape, squaredError } from './grid.js'
import { createHistograms } from './histogram.js'
import type { Range } from './range.js'
import type { VisitRun } from './runs.js'

/** Above it, a bin of a histogram may be wider than a step of the grid. */
const mostExactBits = 6

/** What is known of the values that share a grid. */
export interface Extent extends Range {
  sum: number
  count: number
}

/**
 * Replaces each grid of `grids`, which covers its values, by the one that clips with the least squared error, weighted by
 * row, unless that is worse: one pass over the runs for histograms, one to compare the two.
 */
export async function clipSets(
  pass: (visit: VisitRun) => Promise<void>,
  shape: GridShape,
  extents: readonly Extent[],
  weights: Float32Array,
  grids: Grid[]
): Promise<void> {
  const { top, affine, bits } = shape
  const centres = Float64Array.from(extents, ({ sum, count }) => (affine ? sum / count : 0))
  const radii = Float64Array.from(extents, ({ min, max }, set) => Math.max(max - centres[set]!, centres[set]! - min))
  const histograms = createHistograms(centres, radii)
  await pass((set, x, at, size, row, step) => {
    if (radii[set]! > 0) histograms.add(set, x, at, size, weights, row, step)
  })
  const clipped = grids.map((covering, set) => {
    const grid: Grid = { scale: 0, zero: 0 }
    return clipGrid(histograms.points(set), shape, bits <= mostExactBits, grid) ? grid : covering
  })
  const gains = new Float64Array(grids.length)
  await pass((set, x, at, size, row, step) => {
    gains[set]! +=
      squaredError(x, at, size, weights, row, step, top, grids[set]!) -
      squaredError(x, at, size, weights, row, step, top, clipped[set]!)
  })
  for (let set = 0; set < grids.length; set++) {
    if (gains[set]! > 0) grids[set] = clipped[set]!
  }
}
