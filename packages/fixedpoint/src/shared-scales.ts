import type { Context, Matrix, Table } from '@slimbed/core'
import { quantizedOf, type RowGrids } from '@slimbed/core/quantize'
import { chooseMiddle, largest } from './choose-middle.js'
import { clipGrid } from './clipping.js'
import { coverGrid } from './covering.js'
import { createExtents, type Extents, measuring } from './extents.js'
import { createGrids, type Grid, type GridShape, type Layout, optionsOf, squaredError } from './grid.js'
import { createPass, createRuns } from './passes.js'
import { sampleOf } from './sample.js'
import { type PassOfRuns, pointsOf } from './shared-points.js'

/** With more bits, a bin of a histogram may be wider than a step of the grid. */
const mostExactBits = 6

function setGrid({ scale, zero }: RowGrids, set: number, grid: Grid): void {
  scale[set] = grid.scale
  if (typeof zero !== 'number') zero[set] = grid.zero
}

function getGrid({ scale, zero }: RowGrids, set: number, grid: Grid): Grid {
  grid.scale = scale[set]
  grid.zero = typeof zero === 'number' ? zero : zero[set]
  return grid
}

/**
 * Replaces each grid of `grids`, which covers its values, by the one that clips with the least squared error, weighted by
 * row, unless that is worse: one pass over the runs for what grids are fitted to, one to compare the two.
 */
async function clipSets(
  pass: PassOfRuns,
  layout: Layout,
  shape: GridShape,
  extents: Extents,
  weights: Float32Array,
  grids: RowGrids
): Promise<void> {
  const { top, affine, bits } = shape
  const sets = grids.scale.length
  const centres = extents.sum.map((sum) => (affine ? sum / extents.count : 0))
  const points = await pointsOf(pass, layout, extents, centres, weights)
  const clipped = createGrids(sets, shape)
  const [grid, other]: Grid[] = [
    { scale: 0, zero: 0 },
    { scale: 0, zero: 0 }
  ]
  for (let set = 0; set < sets; set++) {
    const found = clipGrid(points.of(set), shape, points.exact || bits <= mostExactBits, grid)
    setGrid(clipped, set, found ? grid : getGrid(grids, set, grid))
  }
  const gains = new Float64Array(sets)
  await pass((set, x, at, size, row, step) => {
    gains[set] +=
      squaredError(x, at, size, weights, row, step, top, getGrid(grids, set, grid)) -
      squaredError(x, at, size, weights, row, step, top, getGrid(clipped, set, other))
  })
  for (let set = 0; set < sets; set++) {
    if (gains[set] > 0) setGrid(grids, set, getGrid(clipped, set, grid))
  }
}

/** Whether one of some rows is all zeros. */
function hasZeroRow(block: Float32Array, dim: number): boolean {
  for (let at = 0; at < block.length; at += dim) {
    if (block[at] === 0 && block.subarray(at, at + dim).every((value) => value === 0)) return true
  }
  return false
}

/** Grids with a level at 0 if there are rows of zeros, so that they stay zeros, or where that costs nothing. */
async function shapeFor(
  matrix: Matrix,
  layout: Layout,
  shape: GridShape,
  zeros: boolean,
  context: Context
): Promise<GridShape> {
  if (zeros) return { ...shape, middle: (shape.top + 1) / 2, level: true }
  return shape.affine ? shape : chooseMiddle(await sampleOf(matrix, context), layout, shape, true)
}

/** Quantizes a matrix whose rows share one grid, or one for each column: one pass for the grids, with `clip` three. */
export async function quantizeShared(
  matrix: Matrix,
  layout: Layout,
  given: GridShape,
  clip: boolean,
  context: Context
): Promise<Table> {
  const { rows, dim, groups } = layout
  const pass = createPass(matrix, context, clip ? 3 : 1)
  const runs = createRuns(layout)
  const extents = createExtents(groups, groups === 1 ? rows * dim : rows)
  const measure = runs(measuring(extents))
  let zeros = false
  await pass((block, start, count) => {
    zeros ||= hasZeroRow(block, dim)
    measure(block, start, count)
  })
  const huge = extents.max.some((max, set) => max - extents.min[set] > largest)
  const shape = await shapeFor(matrix, layout, given, zeros && !huge, context)
  const grids = createGrids(groups, shape)
  const grid: Grid = { scale: 0, zero: 0 }
  for (let set = 0; set < groups; set++) {
    coverGrid(extents.min[set], extents.max[set], shape, grid)
    setGrid(grids, set, grid)
  }
  if (clip) {
    const weighted = context.weights?.some((weight) => weight > 0)
    const weights = weighted ? context.weights! : new Float32Array(rows).fill(1)
    await clipSets((visit) => pass(runs(visit)), layout, shape, extents, weights, grids)
  }
  return quantizedOf(matrix, { ...optionsOf(layout, shape), grids, signal: context.signal })
}
