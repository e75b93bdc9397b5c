import { SlimbedError } from '@slimbed/core'
import type { Options } from './options.js'

/** The shape of a matrix. */
interface Shape {
  readonly rows: number
  readonly dim: number
}

/** Bits of a number below `count`, at least one. */
export const bitsFor = (count: number): number => Math.max(1, Math.ceil(Math.log2(Math.max(1, count))))

/** Bytes of a table of float32 rows that keeps `kept` of them: the rows, what the others share, and which row has which. */
function bytesOf(kept: number, { rows, dim }: Shape, clusters: number): number {
  const others = rows - kept
  if (others === 0) return rows * dim * 4
  const shared = Math.min(clusters, others)
  return (kept + shared) * dim * 4 + Math.ceil(rows / 8) + Math.ceil((others * bitsFor(shared)) / 8)
}

/** The most rows that can be kept in `1 / ratio` of the bytes. Throws `bad-option` where there are none. */
function rowsForRatio(ratio: number, shape: Shape, clusters: number): number {
  const most = (shape.rows * shape.dim * 4) / ratio
  if (bytesOf(shape.rows, shape, clusters) <= most) return shape.rows
  let [low, high] = [0, shape.rows - 1]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (bytesOf(middle, shape, clusters) <= most) low = middle
    else high = middle - 1
  }
  if (low > 0) return low
  const problem = `a ${shape.rows} × ${shape.dim} matrix has no row left that is kept at ratio=${ratio} with clusters=${clusters}`
  throw new SlimbedError('bad-option', `prune: ${problem}: use a smaller ratio, or fewer clusters`)
}

/** How many rows are kept: at least one. */
export function countOf({ rows, ratio, keep, clusters }: Options, shape: Shape): number {
  if (rows !== undefined) return Math.min(rows, shape.rows)
  if (ratio !== undefined) return rowsForRatio(ratio, shape, clusters)
  return Math.max(1, Math.round((keep ?? 1) * shape.rows))
}
