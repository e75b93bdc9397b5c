import type { Context, Dense, Matrix, Table } from '@slimbed/core'
import { transposeOf } from '@slimbed/core/numbers'
import { encodeJob } from './leaf/encode-job.js'
import { type Coded, leafOf } from './leaf/leaf.js'
import { addErrors, squaredErrorOf } from './leaf/sums.js'
import { emptyTally } from './leaf/tally.js'
import { widthOf } from './near/directions.js'
import type { Neighbours } from './near/neighbours.js'
import type { Plan } from './plan.js'

/** Coded rows, and their squared error. */
export interface Encoded {
  readonly leaf: Table
  /** Σ ‖x − x̂‖² along the axes that are kept, and Σ ‖x‖² along them. */
  readonly squaredError: number
  readonly kept: number
}

/** Floating-point operations that choosing a level and coding it are worth, for each state and besides. */
const [perState, perDirection, perValue] = [10, 4, 1000]

/** Codes the rows of a matrix as planned, in one pass on threads: their coefficients in `basis`, less those of the mean and of their centres. */
export async function encodeAll(
  matrix: Matrix,
  basis: Dense,
  mean: Float32Array,
  ids: Uint32Array | undefined,
  { codebook, fitted }: Plan,
  neighbours: Neighbours | undefined,
  { tensor, signal, progress }: Context
): Promise<Encoded> {
  const { code } = fitted
  const { rows, dim, data } = basis
  const offsets = Float32Array.from({ length: rows }, (_, i) => {
    let sum = 0
    for (let j = 0; j < dim; j++) sum -= data[i * dim + j] * mean[j]
    return sum
  })
  const centres = codebook?.values ?? new Float32Array()
  const none = new Uint32Array()
  const near = neighbours?.near
  const given = { code, factor: transposeOf(basis).data, offsets, centres, ids: none, near, neighbours: none }
  const each = (start: number, count: number) => ({
    ...(ids && { ids: ids.slice(start, start + count) }),
    ...(neighbours && { neighbours: neighbours.of(start, count) })
  })
  const width = near ? widthOf(near.count) : 0
  const operations = rows * (2 * dim + (perState + perDirection * width) * code.states + perValue + 4 * width * width)
  const parts: Coded[] = []
  const sum = emptyTally(code.tables.escapes.length - 1, code.gains.count)
  let kept = 0
  await tensor.mapRows(
    matrix,
    encodeJob,
    { given, each, operations, multiple: code.block },
    (_, { stream, lengths, ...found }) => {
      parts.push({ stream, lengths })
      addErrors(sum, found)
      kept += found.kept
    },
    { signal, progress }
  )
  const squaredError = squaredErrorOf(sum, code.tables.shifts) * code.step * code.step
  return { leaf: leafOf(code, matrix.rows, parts), squaredError, kept }
}
