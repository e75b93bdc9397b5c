import { type Context, codeBytes, encodeRows, type Matrix, rangesOf, type Table } from '@slimbed/core'
import { createPass } from './blocks.js'
import { createFit } from './fit.js'
import type { Grid, GridShape } from './grid.js'
import { createGrids, gridSetOf, type Layout, tableOf } from './layout.js'
import { checkRange, type Range } from './range.js'

/** Quantizes a matrix whose rows have their own grids, one for each group of columns, in one pass. */
export async function quantizeRows(
  matrix: Matrix,
  layout: Layout,
  shape: GridShape,
  clip: boolean,
  context: Context
): Promise<Table> {
  const { rows, dim, groupSize, groups } = layout
  const grids = createGrids(layout, shape)
  const set = gridSetOf(layout, shape, grids)
  const codes = new Uint8Array(rows * codeBytes(dim, shape.bits))
  const fit = createFit(shape, clip, groupSize)
  const range: Range = { min: 0, max: 0 }
  const grid: Grid = { scale: 0, zero: 0 }
  const pass = createPass(matrix, context, 1)
  await pass((block, start, count) => {
    const { min, max } = rangesOf(block, dim, groupSize)
    for (let i = 0, own = 0; i < count; i++) {
      for (let column = 0; column < dim; column += groupSize, own++) {
        const at = i * dim + column
        const size = Math.min(groupSize, dim - column)
        range.min = min[own]!
        range.max = max[own]!
        checkRange(range, block, at, size, start + i, column)
        if (!shape.affine) {
          range.max = Math.max(range.max, -range.min)
          range.min = -range.max
        }
        fit(block, at, size, range.min, range.max, grid)
        grids.scale[start * groups + own] = grid.scale
        if (grids.zero) grids.zero[start * groups + own] = grid.zero
      }
    }
    encodeRows(block, set, codes, start)
  })
  return tableOf(layout, shape, codes, grids)
}
