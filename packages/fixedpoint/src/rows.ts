import type { Context, Matrix, Table } from '@slimbed/core'
import { createPass } from './blocks.js'
import { encode, isCovered } from './encode.js'
import { createFit } from './fit.js'
import type { Grid, GridShape } from './grid.js'
import { createGrids, type Layout, tableOf } from './layout.js'
import { checkRange, findRange, type Range } from './range.js'
import { createWriter } from './writer.js'

/** Quantizes a matrix whose rows have their own grids, one for each group of columns, in one pass. */
export async function quantizeRows(
  matrix: Matrix,
  layout: Layout,
  shape: GridShape,
  clip: boolean,
  context: Context
): Promise<Table> {
  const { dim, groupSize, groups } = layout
  const { top, affine } = shape
  const grids = createGrids(layout, shape)
  const writer = createWriter(layout, shape.bits)
  const fit = createFit(shape, clip, groupSize)
  const range: Range = { min: 0, max: 0 }
  const grid: Grid = { scale: 0, zero: 0 }
  const pass = createPass(matrix, context, 1)
  await pass((block, start, count) => {
    const { codes, offset } = writer.begin(start, count)
    for (let i = 0; i < count; i++) {
      for (let g = 0; g < groups; g++) {
        const column = g * groupSize
        const at = i * dim + column
        const size = Math.min(groupSize, dim - column)
        findRange(block, at, size, affine, range)
        checkRange(range, block, at, size, start + i, column)
        fit(block, at, size, range.min, range.max, grid)
        const index = (start + i) * groups + g
        grids.scale[index] = grid.scale
        if (grids.zero) grids.zero[index] = grid.zero
        encode(block, at, size, top, grid, isCovered(range, grid, top), codes, offset + at)
      }
    }
    writer.end(start, count)
  })
  return tableOf(layout, shape, writer.packed, grids)
}
