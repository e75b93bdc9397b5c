import { type Context, type Matrix, quantizedOf, type Ranges, type RowGrids, rangesOf, type Table } from '@slimbed/core'
import { scaleCovering } from './cover.js'
import { createFit } from './fit.js'
import type { Grid, GridShape } from './grid.js'
import { createGrids, type Layout, optionsOf } from './layout.js'
import { checkRange, type Range } from './range.js'

type GridsOf = (block: Float32Array, start: number, count: number) => RowGrids

/** Throws `bad-input`, naming the value, where one of the ranges of some rows is that of values that are not finite. */
function checkRanges(
  { min, max }: Ranges,
  block: Float32Array,
  start: number,
  { dim, groupSize, groups }: Layout
): void {
  for (let own = 0; own < min.length; own++) {
    if (max[own]! - min[own]! < Infinity) continue
    const [row, column] = [Math.floor(own / groups), (own % groups) * groupSize]
    const range: Range = { min: min[own]!, max: max[own]! }
    checkRange(range, block, row * dim + column, Math.min(groupSize, dim - column), start + row, column)
  }
}

/** Grids centred on 0 that cover every value: there is nothing to fit. */
function covering(layout: Layout, shape: GridShape): GridsOf {
  const { dim, groupSize, groups } = layout
  const scaleFor = scaleCovering(shape)
  return (block, start, count) => {
    const ranges = rangesOf(block, dim, groupSize)
    checkRanges(ranges, block, start, layout)
    const grids = createGrids(count * groups, shape)
    const { min, max } = ranges
    for (let own = 0; own < min.length; own++) grids.scale[own] = scaleFor(Math.max(max[own]!, -min[own]!))
    return grids
  }
}

/** Grids that are fitted to the values of each group of columns. */
function fitted(layout: Layout, shape: GridShape, clip: boolean): GridsOf {
  const { dim, groupSize, groups } = layout
  const fit = createFit(shape, clip, groupSize)
  const grid: Grid = { scale: 0, zero: 0 }
  return (block, start, count) => {
    const ranges = rangesOf(block, dim, groupSize)
    checkRanges(ranges, block, start, layout)
    const grids = createGrids(count * groups, shape)
    for (let i = 0, own = 0; i < count; i++) {
      for (let column = 0; column < dim; column += groupSize, own++) {
        const [min, max] = [ranges.min[own]!, ranges.max[own]!]
        const most = Math.max(max, -min)
        const size = Math.min(groupSize, dim - column)
        fit(block, i * dim + column, size, shape.affine ? min : -most, shape.affine ? max : most, grid)
        grids.scale[own] = grid.scale
        if (typeof grids.zero !== 'number') grids.zero[own] = grid.zero
      }
    }
    return grids
  }
}

/** Quantizes a matrix whose rows have their own grids, one for each group of columns, when its codes are asked for. */
export function quantizeRows(
  matrix: Matrix,
  layout: Layout,
  shape: GridShape,
  clip: boolean,
  { progress, signal }: Context
): Table {
  const gridsOf = clip || shape.affine ? fitted(layout, shape, clip) : covering(layout, shape)
  return quantizedOf(matrix, { ...optionsOf(layout, shape), grids: gridsOf, progress, signal })
}
