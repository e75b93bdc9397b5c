import { type Dense, type Matrix, SlimbedError } from '@slimbed/runtime'
import { checkRows } from '@slimbed/runtime/kinds'
import { columnsOf } from '../small/dense.js'
import { holdBlocks } from '../spread/hold-blocks.js'
import { readRows } from '../threads/read-rows.js'
import { rowsPerJob } from '../threads/rows-per-job.js'
import type { Runners } from '../threads/runner.js'
import type { Pass } from '../types.js'
import { multiply } from './multiply.js'

/** Options of `TensorAdapter.project`. */
export interface ProjectOptions extends Pick<Pass, 'signal'> {
  /** Added to each row of the result: `basis.rows` values. */
  readonly offsets?: Float32Array | undefined
}

/** Results below this are held in memory once they are computed, larger ones computed again whenever they are read. */
const heldBytes = 64 * 2 ** 20

/** The parts of a projected matrix, for a pass that computes it together with something else. */
export interface Projection {
  /** The projected matrix itself. */
  readonly matrix: Matrix
  readonly source: Matrix
  /** `dim × basis.rows`: the basis as columns. */
  readonly factor: Dense
  /** Whether the rows are in memory, or on their way there. */
  held(): boolean
  /** Provides all rows, for later reads; undefined if they are too many to hold in memory. */
  readonly hold: ((rows: Float32Array) => void) | undefined
  /** Provides rows from `start` on, for later reads, where other machines have the others. */
  readonly holdRows: ((start: number, rows: Float32Array) => void) | undefined
}

/** A matrix that `project` made. */
interface ProjectedMatrix extends Matrix {
  readonly projection: Projection
}

/** How a matrix is computed, if `project` made it and its `read` has not been replaced. */
export function projectionOf(matrix: Matrix): Projection | undefined {
  const projection = 'projection' in matrix ? (matrix as ProjectedMatrix).projection : undefined
  return projection?.matrix === matrix ? projection : undefined
}

/** `TensorAdapter.project`. Rejects with `bad-input` when the basis or the offsets do not fit. */
export async function project(
  runners: Runners,
  source: Matrix,
  basis: Dense,
  { signal, offsets }: ProjectOptions = {}
): Promise<Matrix> {
  const { rows, dim } = source
  const width = basis.rows
  const factor = columnsOf(dim, [basis])
  if (offsets && offsets.length !== width) {
    throw new SlimbedError('bad-input', `project: expected ${width} offsets, got ${offsets.length}`)
  }
  const small = rows * width * 4 <= heldBytes
  let held: Promise<Float32Array> | undefined
  const whole = () => {
    held ??= multiply(runners, source, factor, { signal, offsets }).then(
      ({ data }) => data,
      (error) => {
        // What failed once may be tried again.
        held = undefined
        throw error
      }
    )
    return held
  }
  const { alone } = runners.spread
  const some = small && !alone ? holdBlocks(rows, width, rowsPerJob(dim)) : undefined
  const matrix: Matrix = {
    rows,
    dim: width,
    async read(start, count, into) {
      checkRows(rows, start, count)
      const ready = some?.take(start, count)
      if (ready) return ready
      if (small && alone) return (await whole()).subarray(start * width, (start + count) * width)
      const part: Matrix = {
        rows: count,
        dim,
        read: (from, size, room) => readRows(source, start + from, size, room)
      }
      return (await multiply(runners, part, factor, { signal, offsets, into })).data
    }
  }
  if (offsets) return matrix
  const hold = small && alone ? (data: Float32Array) => (held ??= Promise.resolve(data)) : undefined
  const projected: ProjectedMatrix = {
    ...matrix,
    get projection() {
      return { matrix: projected, source, factor, held: () => held !== undefined, hold, holdRows: some?.put }
    }
  }
  return projected
}
