import { type Context, codeBytes, encodeRows, type Matrix, type Table } from '@slimbed/core'
import { createPass } from './blocks.js'
import { coverGrid } from './cover.js'
import type { Grid, GridShape } from './grid.js'
import { createGrids, gridSetOf, type Layout, tableOf } from './layout.js'
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

/** Quantizes a matrix whose rows share one grid, or one for each column, in two passes, with `clip` in four. */
export async function quantizeShared(
  matrix: Matrix,
  layout: Layout,
  shape: GridShape,
  clip: boolean,
  context: Context
): Promise<Table> {
  const { rows, dim, groups } = layout
  const { affine } = shape
  const pass = createPass(matrix, context, clip ? 4 : 2)
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
  const grids = createGrids(layout, shape)
  chosen.forEach(({ scale, zero }, set) => {
    grids.scale[set] = scale
    if (grids.zero) grids.zero[set] = zero
  })
  const set = gridSetOf(layout, shape, grids)
  const codes = new Uint8Array(rows * codeBytes(dim, shape.bits))
  await pass((block, start) => encodeRows(block, set, codes, start))
  return tableOf(layout, shape, codes, grids)
}
