import { type Context, type Matrix, quantizedOf, type Table } from '@slimbed/core'
import { clipGrid } from './clipping.js'
import { checkRange, coverGrid, findRange, type Range } from './covering.js'
import { createGrids, type Grid, type GridShape, type Layout, optionsOf, squaredError } from './grid.js'
import { createPass, createRuns, type VisitRun } from './passes.js'
import { createHistograms } from './points.js'

/** With more bits, a bin of a histogram may be wider than a step of the grid. */
const mostExactBits = 6

/** What is known of the values that share a grid. */
interface Extent extends Range {
  sum: number
  count: number
}

/**
 * Replaces each grid of `grids`, which covers its values, by the one that clips with the least squared error, weighted by
 * row, unless that is worse: one pass over the runs for histograms, one to compare the two.
 */
async function clipSets(
  pass: (visit: VisitRun) => Promise<void>,
  shape: GridShape,
  extents: readonly Extent[],
  weights: Float32Array,
  grids: Grid[]
): Promise<void> {
  const { top, affine, bits } = shape
  const centres = Float64Array.from(extents, ({ sum, count }) => (affine ? sum / count : 0))
  const radii = Float64Array.from(extents, ({ min, max }, set) => Math.max(max - centres[set], centres[set] - min))
  const histograms = createHistograms(centres, radii)
  await pass((set, x, at, size, row, step) => {
    if (radii[set] > 0) histograms.add(set, x, at, size, weights, row, step)
  })
  const clipped = grids.map((covering, set) => {
    const grid: Grid = { scale: 0, zero: 0 }
    return clipGrid(histograms.points(set), shape, bits <= mostExactBits, grid) ? grid : covering
  })
  const gains = new Float64Array(grids.length)
  await pass((set, x, at, size, row, step) => {
    gains[set] +=
      squaredError(x, at, size, weights, row, step, top, grids[set]) -
      squaredError(x, at, size, weights, row, step, top, clipped[set])
  })
  for (let set = 0; set < grids.length; set++) {
    if (gains[set] > 0) grids[set] = clipped[set]
  }
}

/** A visitor of runs that finds the extent of each set. Throws `bad-input` for NaN and Infinity. */
function measuring(extents: readonly Extent[], affine: boolean): VisitRun {
  const range: Range = { min: 0, max: 0 }
  return (set, x, at, size, row, step) => {
    findRange(x, at, size, affine, range)
    checkRange(range, x, at, size, row, set, step === 1)
    const extent = extents[set]
    extent.min = Math.min(extent.min, range.min)
    extent.max = Math.max(extent.max, range.max)
    extent.count += size
    for (let i = at; i < at + size; i++) extent.sum += x[i]
  }
}

/** Quantizes a matrix whose rows share one grid, or one for each column: one pass for the grids, with `clip` three. */
export async function quantizeShared(
  matrix: Matrix,
  layout: Layout,
  shape: GridShape,
  clip: boolean,
  context: Context
): Promise<Table> {
  const { rows, groups } = layout
  const { affine } = shape
  const pass = createPass(matrix, context, clip ? 3 : 1)
  const runs = createRuns(layout)
  const extents = Array.from({ length: groups }, (): Extent => ({ min: Infinity, max: -Infinity, sum: 0, count: 0 }))
  await pass(runs(measuring(extents, affine)))
  const chosen = extents.map(({ min, max, count }) => {
    const grid: Grid = { scale: 0, zero: 0 }
    coverGrid(count && min, count && max, shape, grid)
    return grid
  })
  if (clip) {
    const weighted = context.weights?.some((weight) => weight > 0)
    const weights = weighted ? context.weights! : new Float32Array(rows).fill(1)
    await clipSets((visit) => pass(runs(visit)), shape, extents, weights, chosen)
  }
  const grids = createGrids(groups, shape)
  chosen.forEach(({ scale, zero }, set) => {
    grids.scale[set] = scale
    if (typeof grids.zero !== 'number') grids.zero[set] = zero
  })
  return quantizedOf(matrix, { ...optionsOf(layout, shape), grids, signal: context.signal })
}
