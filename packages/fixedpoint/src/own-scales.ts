import type { Context, Matrix, Table } from '@slimbed/core'
import { type Ranges, rangesOf } from '@slimbed/core/numbers'
import { quantizedOf, type RowGrids } from '@slimbed/core/quantize'
import { chooseMiddle } from './choose-middle.js'
import { clipGrid } from './clipping.js'
import { checkRange, coverGrid, type Range } from './covering.js'
import { createGrids, type Grid, type GridShape, type Layout, optionsOf, squaredError } from './grid.js'
import { createPoints } from './points.js'
import { sampleOf } from './sample.js'
import { scaleCovering, scalesCovering } from './scale-covering.js'

/** Fits a grid to `count` values from `x[at]` on, whose smallest and largest value are `min` and `max`. */
type Fit = (x: Float32Array, at: number, count: number, min: number, max: number, grid: Grid) => void

const one = Float32Array.of(1)

/** A fit that covers every value, or with `clip` one with the least squared error, which is never worse. For up to `capacity` values. */
function createFit(shape: GridShape, clip: boolean, capacity: number): Fit {
  if (!clip) return (_x, _at, _count, min, max, grid) => coverGrid(min, max, shape, grid)
  const points = createPoints(capacity)
  const clipped: Grid = { scale: 0, zero: 0 }
  return (x, at, count, min, max, grid) => {
    coverGrid(min, max, shape, grid)
    if (min === max && (shape.affine || min === 0)) return
    for (let i = 0; i < count; i++) points.values[i] = x[at + i]
    points.count = count
    if (!clipGrid(points, shape, true, clipped)) return
    const { top } = shape
    const error = squaredError(x, at, count, one, 0, 0, top, grid)
    if (squaredError(x, at, count, one, 0, 0, top, clipped) >= error) return
    grid.scale = clipped.scale
    grid.zero = clipped.zero
  }
}

type GridsOf = (block: Float32Array, start: number, count: number) => RowGrids

/** Throws `bad-input`, naming the value, if one of the ranges shows that a value is not finite. */
function checkRanges(
  { min, max }: Ranges,
  block: Float32Array,
  start: number,
  { dim, groupSize, groups }: Layout
): void {
  for (let own = 0; own < min.length; own++) {
    if (max[own] - min[own] < Infinity) continue
    const [row, column] = [Math.floor(own / groups), (own % groups) * groupSize]
    const range: Range = { min: min[own], max: max[own] }
    checkRange(range, block, row * dim + column, Math.min(groupSize, dim - column), start + row, column)
  }
}

/** Grids centred on 0 that cover every value, computed from the ranges alone. */
function covering(layout: Layout, shape: GridShape): GridsOf {
  const { dim, groupSize, groups } = layout
  const scaleFor = scaleCovering(shape)
  return (block, start, count) => {
    const ranges = rangesOf(block, dim, groupSize)
    checkRanges(ranges, block, start, layout)
    const grids = createGrids(count * groups, shape)
    const { min, max } = ranges
    for (let own = 0; own < min.length; own++) grids.scale[own] = scaleFor(min[own], max[own])
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
        const [min, max] = [ranges.min[own], ranges.max[own]]
        const size = Math.min(groupSize, dim - column)
        fit(block, i * dim + column, size, min, max, grid)
        grids.scale[own] = grid.scale
        if (typeof grids.zero !== 'number') grids.zero[own] = grid.zero
      }
    }
    return grids
  }
}

/** A quantized table in which each row has its own grids, one per group of columns. Codes are computed when they are needed. */
export async function quantizeRows(
  matrix: Matrix,
  layout: Layout,
  given: GridShape,
  clip: boolean,
  context: Context
): Promise<Table> {
  const { progress, signal } = context
  const shape = given.affine ? given : chooseMiddle(await sampleOf(matrix, context), layout, given, false)
  const covers = !clip && !shape.affine
  const grids = covers ? covering(layout, shape) : fitted(layout, shape, clip)
  const scaleOf = covers ? scaleCovering(shape) : undefined
  const scales = covers ? scalesCovering(shape) : undefined
  return quantizedOf(matrix, { ...optionsOf(layout, shape), grids, scaleOf, scales, progress, signal })
}
