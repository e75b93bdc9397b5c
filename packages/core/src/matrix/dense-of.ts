import { dense, type Matrix, type Table } from '@slimbed/runtime'
import { valuesMatrix, valuesOf } from '@slimbed/runtime/kinds'
import { blocksOf } from './blocks.js'
import { type LazyTable, lazyOf } from './lazy.js'
import { lazyTensor, refusal } from './lazy-tensor.js'

async function hold(matrix: Matrix): Promise<Table> {
  const data = new Float32Array(matrix.rows * matrix.dim)
  for await (const block of blocksOf(matrix)) data.set(block.data, block.start * matrix.dim)
  return dense(matrix.rows, matrix.dim, data)
}

/**
 * A lazy dense table over a matrix of any size. It holds no rows: `save` streams them, `materialize` reads all of them.
 *
 * Its `readRow` and its tensor's `data` throw `unsupported`.
 */
export function denseOf(matrix: Matrix): Table {
  const { rows, dim } = matrix
  const shape = { kind: 'dense', rows, dim }
  const refuse = refusal(shape)
  const table: LazyTable = {
    ...shape,
    config: {},
    tensors: { data: lazyTensor('F32', [rows, dim], refuse) },
    children: {},
    // No stream is needed: the table has the values of the matrix, so there is no error to measure.
    lazy: { rows: matrix, compute: () => hold(matrix), streamOver: () => undefined },
    readRow: refuse,
    expand: () => matrix,
    with: () => table
  }
  return table
}

/** The matrix of any dense table: what `denseOf` was given, or a view of the data in memory; else undefined. */
export function matrixOf(table: Table): Matrix | undefined {
  const rows = lazyOf(table)?.rows
  if (rows) return rows
  const values = valuesOf(table)
  return values && valuesMatrix(values)
}
