import { type Context, type Matrix, quantizedOf, type Table } from '@slimbed/core'
import { createPass } from './blocks.js'
import { coverGrid } from './cover.js'
import type { Grid, GridShape } from './grid.js'
import { createGrids, type Layout, optionsOf } from './layout.js'
import { checkRange, findRange, type Range } from './range.js'
import { createRuns, type VisitRun } from './runs.js'
import { clipSets, type Extent } from './shared-clip.js'

/** A visitor of runs that finds the extent of each set. Throws `bad-input` for NaN and Infinity. */
function measuring(extents: readonly Extent[], affine: boolean): VisitRun {
  const range: Range = { min: 0, max: 0 }
  return (set, x, at, size, row, step) => {
    findRange(x, at, size, affine, range)
    checkRange(range, x, at, size, row, set, step === 1)
    const extent = extents[set]!
    extent.min = Math.min(extent.min, range.min)
    extent.max = Math.max(extent.max, range.max)
    extent.count += size
    for (let i = at; i < at + size; i++) extent.sum += x[i]!
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
