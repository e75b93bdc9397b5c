import { blocksOf, type Context, type Dense, type Matrix, type Table, throwIfAborted } from '@slimbed/core'
import { encodeRows } from './leaf/encode-rows.js'
import { type Coded, leafOf } from './leaf/leaf.js'
import { valuesOf } from './leaf/values.js'
import { type Plan, subtract } from './plan.js'

/** Values of a block of rows that is worked on at a time. */
const blockValues = 2 ** 20

/** Coded rows, and their squared error. */
export interface Encoded {
  readonly leaf: Table
  /** Σ ‖x − x̂‖² along the axes that are kept, and Σ ‖x‖² along them. */
  readonly squaredError: number
  readonly kept: number
}

/** Codes the rows of a matrix as planned, in one pass: their coefficients in `basis`, less those of the mean and of their centres. */
export async function encodeAll(
  matrix: Matrix,
  basis: Dense,
  mean: Float32Array,
  ids: Uint32Array | undefined,
  { codebook, fitted }: Plan,
  { tensor, signal, progress }: Context
): Promise<Encoded> {
  const { code } = fitted
  const offsets = Float32Array.from({ length: basis.rows }, (_, i) => {
    let sum = 0
    for (let j = 0; j < basis.dim; j++) sum -= basis.data[i * basis.dim + j] * mean[j]
    return sum
  })
  const coefficients = await tensor.project(matrix, basis, { offsets, signal })
  const bytes = Math.max(1, Math.floor(blockValues / basis.rows / code.block)) * code.block * basis.rows * 4
  const parts: Coded[] = []
  let squaredError = 0
  let kept = 0
  for await (const { start, count, data } of blocksOf(coefficients, bytes)) {
    throwIfAborted(signal)
    const own = ids?.subarray(start, start + count)
    const x = own && codebook ? subtract(data, basis.rows, own, codebook.values) : data
    const { stream, lengths, ks, gains } = encodeRows(code, x)
    parts.push({ stream, lengths })
    const values = valuesOf(code, ks, gains)
    for (let i = 0; i < x.length; i++) {
      squaredError += (x[i] - values[i]) * (x[i] - values[i])
      kept += data[i] * data[i]
    }
    progress(start + count, matrix.rows)
  }
  return { leaf: leafOf(code, matrix.rows, parts), squaredError, kept }
}
