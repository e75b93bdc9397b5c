import type { Context, Dense, Matrix } from '@slimbed/core'
import { transposeOf } from '@slimbed/core/numbers'
import type { Codebook } from '../plan.js'
import type { FixedCode } from './code.js'
import { fixedJob } from './encode-job.js'

/** How all rows are coded. */
export interface FixedFrame {
  readonly basis: Dense
  readonly mean: Float32Array
  /** The cluster of each row, and the centres along the axes of the basis. */
  readonly ids: Uint32Array | undefined
  readonly codebook: Codebook | undefined
}

/** Coded rows, and their squared error. */
export interface EncodedFixed {
  readonly parts: readonly Uint8Array[]
  /** Σ ‖x − x̂‖² along the axes that are kept, and Σ ‖x‖² along them. */
  readonly squaredError: number
  readonly kept: number
}

/** Floating-point operations that choosing a path is worth, for each state. */
const perState = 6

/** Codes the rows of a matrix in one pass on threads: their coefficients in a basis, less those of the mean and of their centres. */
export async function encodeAllFixed(
  matrix: Matrix,
  code: FixedCode,
  { basis, mean, ids, codebook }: FixedFrame,
  { tensor, signal, progress }: Context
): Promise<EncodedFixed> {
  const { rows, dim, data } = basis
  const offsets = Float32Array.from({ length: rows }, (_, i) => {
    let sum = 0
    for (let j = 0; j < dim; j++) sum -= data[i * dim + j] * mean[j]
    return sum
  })
  const centres = codebook?.values ?? new Float32Array()
  const given = { code, factor: transposeOf(basis).data, offsets, centres, ids: new Uint32Array() }
  const each = (start: number, count: number) => (ids ? { ids: ids.slice(start, start + count) } : {})
  const operations = rows * (2 * dim + perState * 2 ** code.window)
  const parts: Uint8Array[] = []
  let squaredError = 0
  let kept = 0
  await tensor.mapRows(
    matrix,
    fixedJob,
    { given, each, operations, multiple: 8 },
    (_, found) => {
      parts.push(found.stream)
      squaredError += found.squaredError
      kept += found.kept
    },
    { signal, progress }
  )
  return { parts, squaredError, kept }
}
