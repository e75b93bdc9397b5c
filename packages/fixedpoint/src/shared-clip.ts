import type { Visit } from './blocks.js'
import { clipGrid } from './clip.js'
import { type Grid, type GridShape, squaredError } from './grid.js'
import { createHistograms } from './histogram.js'
import type { Layout } from './layout.js'
import type { Range } from './range.js'
import { eachRun } from './runs.js'

/** Above it, a bin of a histogram may be wider than a step of the grid. */
const mostExactBits = 6

/** What is known of the values that share a grid. */
export interface Extent extends Range {
  sum: number
  count: number
}

/**
 * Replaces each grid of `grids` (one for each group of columns, covering its values) by the one that clips with the
 * least squared error, weighted by row where there are weights, unless that is worse: one pass for histograms, one to
 * compare the two.
 */
export async function clipSets(
  pass: (visit: Visit) => Promise<void>,
  layout: Layout,
  shape: GridShape,
  extents: readonly Extent[],
  weights: Float32Array | undefined,
  grids: Grid[]
): Promise<void> {
  const { top, affine, bits } = shape
  const weighted = weights?.some((weight) => weight > 0) ? weights : undefined
  const centres = Float64Array.from(extents, ({ sum, count }) => (affine ? sum / count : 0))
  const radii = Float64Array.from(extents, ({ min, max }, set) => Math.max(max - centres[set]!, centres[set]! - min))
  const histograms = createHistograms(centres, radii)
  await pass(
    eachRun(layout, (set, at, size, row, block) => {
      if (radii[set]! > 0) histograms.add(set, block, at, size, weighted ? weighted[row]! : 1)
    })
  )
  const clipped = grids.map((covering, set) => {
    const grid: Grid = { scale: 0, zero: 0 }
    return clipGrid(histograms.points(set), shape, bits <= mostExactBits, grid) ? grid : covering
  })
  const errors = new Float64Array(2 * grids.length)
  await pass(
    eachRun(layout, (set, at, size, row, block) => {
      const weight = weighted ? weighted[row]! : 1
      errors[2 * set]! += weight * squaredError(block, at, size, top, grids[set]!)
      errors[2 * set + 1]! += weight * squaredError(block, at, size, top, clipped[set]!)
    })
  )
  for (let set = 0; set < grids.length; set++) {
    if (errors[2 * set + 1]! < errors[2 * set]!) grids[set] = clipped[set]!
  }
}
