import { clipGrid } from './clipping.js'
import { coverGrid } from './covering.js'
import { type Grid, type GridShape, type Layout, squaredError } from './grid.js'
import { createPoints } from './points.js'
import type { Sample } from './sample.js'

/** A grid with a level at 0 is taken if its squared error is at most this many times that of the other. */
const worth = (bits: number): number => (bits < 7 ? 1.005 : 1.015)

/** Columns of a sample that are looked at if each has a grid, and values if each row has grids of its own. */
const [mostColumns, mostValues] = [4096, 8192]

/** With larger values, the outer levels of a grid that reaches farther on one side may not be finite. */
export const largest = 1e38

/** The sets of values of a sample that share a grid, as `size` indexes from `first` on, `step` apart. */
function* setsOf({ rows }: Sample, { dim, groupSize, groups }: Layout, shared: boolean) {
  if (shared && groups === 1) yield { first: 0, step: 1, size: rows * dim }
  else if (shared) {
    const stride = Math.ceil(dim / mostColumns)
    for (let column = 0; column < dim; column += stride) yield { first: column, step: dim, size: rows }
  } else {
    const stride = Math.max(1, Math.floor((rows * dim) / mostValues))
    for (let row = 0; row < rows; row += stride) {
      for (let column = 0; column < dim; column += groupSize) {
        yield { first: row * dim + column, step: 1, size: Math.min(groupSize, dim - column) }
      }
    }
  }
}

/** Squared errors of a sample. */
interface Errors {
  readonly covering: number
  /** With grids that clip, for each set where that is better. */
  readonly clipping: number
}

function errorsOf(sample: Sample, layout: Layout, shape: GridShape, shared: boolean): Errors {
  const capacity = shared ? Math.max(sample.rows, layout.groups === 1 ? sample.rows * layout.dim : 0) : layout.groupSize
  const points = createPoints(capacity)
  const values = new Float32Array(capacity)
  const grid: Grid = { scale: 0, zero: 0 }
  // A grid of its own is fitted to its row, whatever that weighs.
  const weights = shared ? sample.weights : new Float32Array(sample.rows).fill(1)
  let [covering, clipping] = [0, 0]
  for (const { first, step, size } of setsOf(sample, layout, shared)) {
    let [min, max] = [Infinity, -Infinity]
    for (let i = 0; i < size; i++) {
      const value = sample.data[first + i * step]
      values[i] = value
      points.values[i] = value
      points.weights[i] = weights[Math.floor((first + i * step) / layout.dim)]
      min = Math.min(min, value)
      max = Math.max(max, value)
    }
    points.count = size
    coverGrid(min, max, shape, grid)
    const covered = squaredError(values, 0, size, points.weights, 0, 1, shape.top, grid)
    const clips = clipGrid(points, shape, true, grid)
    const clipped = clips ? squaredError(values, 0, size, points.weights, 0, 1, shape.top, grid) : covered
    covering += covered
    clipping += Math.min(covered, clipped)
  }
  return { covering, clipping }
}

/**
 * The shape whose symmetric grids have a level at 0 if that costs hardly any of the squared error on a sample, clipped or not,
 * otherwise the one without. The choice does not depend on whether grids clip, so that clipping is never worse.
 */
export function chooseMiddle(sample: Sample, layout: Layout, shape: GridShape, shared: boolean): GridShape {
  if (shape.affine || shape.bits === 1 || sample.data.some((value) => !(Math.abs(value) <= largest))) return shape
  const withLevel = { ...shape, middle: (shape.top + 1) / 2 }
  if (shape.bits > 8) return withLevel
  const [without, made] = [shape, withLevel].map((each) => errorsOf(sample, layout, each, shared))
  const { covering, clipping } = made
  const most = worth(shape.bits)
  return covering <= most * without.covering && clipping <= most * without.clipping ? withLevel : shape
}
