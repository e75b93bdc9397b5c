import type { Context, Matrix, Table } from '@slimbed/core'
import { createPass } from './blocks.js'
import { coverGrid } from './cover.js'
import { encode } from './encode.js'
import type { Grid, GridShape } from './grid.js'
import { createGrids, type Layout, tableOf } from './layout.js'
import { checkRange, findRange, type Range } from './range.js'
import { eachRun } from './runs.js'
import { clipSets, type Extent } from './shared-clip.js'
import { createWriter } from './writer.js'

/** Quantizes a matrix whose rows share their grids, one for each group of columns: passes over it are cheap, rows are not held. */
export async function quantizeShared(
  matrix: Matrix,
  layout: Layout,
  shape: GridShape,
  clip: boolean,
  context: Context
): Promise<Table> {
  const { dim, groups } = layout
  const { top, affine } = shape
  const pass = createPass(matrix, context, clip ? 4 : 2)
  const extents = Array.from({ length: groups }, (): Extent => ({ min: 0, max: 0, sum: 0, count: 0 }))
  const range: Range = { min: 0, max: 0 }
  await pass(
    eachRun(layout, (set, at, size, row, block) => {
      findRange(block, at, size, affine, range)
      checkRange(range, block, at - set * layout.groupSize, dim, row)
      const extent = extents[set]!
      extent.min = extent.count === 0 ? range.min : Math.min(extent.min, range.min)
      extent.max = extent.count === 0 ? range.max : Math.max(extent.max, range.max)
      extent.count += size
      for (let i = at; i < at + size; i++) extent.sum += block[i]!
    })
  )
  const chosen = extents.map(({ min, max }) => {
    const grid: Grid = { scale: 0, zero: 0 }
    coverGrid(min, max, shape, grid)
    return grid
  })
  if (clip) await clipSets(pass, layout, shape, extents, context.weights, chosen)

  const grids = createGrids(layout, shape)
  chosen.forEach(({ scale, zero }, set) => {
    grids.scale[set] = scale
    if (grids.zero) grids.zero[set] = zero
  })
  const writer = createWriter(layout, shape.bits)
  await pass((block, start, count) => {
    const { codes, offset } = writer.begin(start, count)
    const encodeRuns = eachRun(layout, (set, at, size) => {
      const { scale, zero } = chosen[set]!
      encode(block, at, size, top, scale, zero, codes, offset + at)
    })
    encodeRuns(block, start, count)
    writer.end(start, count)
  })
  return tableOf(layout, shape, writer.packed, grids)
}
