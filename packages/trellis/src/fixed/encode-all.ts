import { blocksOf, type Context, type Dense, type Matrix, throwIfAborted } from '@slimbed/core'
import { type Codebook, subtract } from '../plan.js'
import type { FixedCode } from './code.js'
import { encodeFixed } from './encode-rows.js'

/** Values of a block of rows that is worked on at a time; its rows are a multiple of 8, so that blocks begin on bytes. */
const blockValues = 2 ** 20

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

/** Codes the rows of a matrix in one pass: their coefficients in a basis, less those of the mean and of their centres. */
export async function encodeAllFixed(
  matrix: Matrix,
  code: FixedCode,
  { basis, mean, ids, codebook }: FixedFrame,
  { tensor, signal, progress }: Context
): Promise<EncodedFixed> {
  const { rows: axes, dim, data: axesData } = basis
  const offsets = Float32Array.from({ length: axes }, (_, i) => {
    let sum = 0
    for (let j = 0; j < dim; j++) sum -= axesData[i * dim + j] * mean[j]
    return sum
  })
  const coefficients = await tensor.project(matrix, basis, { offsets, signal })
  const bytes = Math.max(1, Math.floor(blockValues / axes / 8)) * 8 * axes * 4
  const parts: Uint8Array[] = []
  let squaredError = 0
  let kept = 0
  for await (const { start, count, data } of blocksOf(coefficients, bytes)) {
    throwIfAborted(signal)
    const x = ids && codebook ? subtract(data, axes, ids.subarray(start, start + count), codebook.values) : data
    const { stream, values } = encodeFixed(code, x)
    parts.push(stream)
    for (let i = 0; i < x.length; i++) {
      squaredError += (x[i] - values[i]) * (x[i] - values[i])
      kept += data[i] * data[i]
    }
    progress(start + count, matrix.rows)
  }
  return { parts, squaredError, kept }
}
