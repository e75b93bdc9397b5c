import { dense, SlimbedError, type Table, type Tensor } from '@slimbed/runtime'
import { valuesMatrix, valuesOf } from '@slimbed/runtime/kinds'
import { rewrite } from '../pipeline/rewrite.js'
import { quantizeHere } from '../tensor/ops/quantize.js'
import { blocksOf } from './blocks.js'
import { encodedOf, holdCodes } from './encoded.js'
import type { Matrix } from './matrix.js'

/** A dense table whose rows exist only as a matrix, computed when they are read. */
interface Deferred extends Table {
  readonly matrix: Matrix
}

const isDeferred = (table: Table): table is Deferred => table.kind === 'dense' && 'matrix' in table

/** The matrix of a table that `denseOf` made, else undefined. */
export const deferredOf = (table: Table): Matrix | undefined => (isDeferred(table) ? table.matrix : undefined)

/**
 * A dense table over a matrix of any size, none of whose rows are held: `save` streams them, `materialize` reads them.
 *
 * Its `readRow` and its tensor's `data` throw `unsupported`.
 */
export function denseOf(matrix: Matrix): Table {
  const { rows, dim } = matrix
  const refuse = (): never => {
    const message = `this ${rows} × ${dim} dense table is computed in blocks: materialize it to read single rows`
    throw new SlimbedError('unsupported', message)
  }
  const data: Tensor<'F32'> = {
    dtype: 'F32',
    shape: [rows, dim],
    get data() {
      return refuse()
    }
  }
  const table: Deferred = {
    kind: 'dense',
    rows,
    dim,
    config: {},
    tensors: { data },
    children: {},
    matrix,
    readRow: refuse,
    expand: () => matrix,
    with: () => table
  }
  return table
}

/** The matrix of any dense table: what `denseOf` was given, or a view of the data in memory; else undefined. */
export function matrixOf(table: Table): Matrix | undefined {
  const deferred = deferredOf(table)
  if (deferred) return deferred
  const values = valuesOf(table)
  return values && valuesMatrix(values)
}

async function hold(matrix: Matrix): Promise<Table> {
  const data = new Float32Array(matrix.rows * matrix.dim)
  for await (const block of blocksOf(matrix)) data.set(block.data, block.start * matrix.dim)
  return dense(matrix.rows, matrix.dim, data)
}

/** The same table with every deferred leaf read into memory, and every code computed, on this thread. Rejects as the matrices do. */
export const materialize = (table: Table): Promise<Table> =>
  rewrite(table, (node) => {
    const matrix = deferredOf(node)
    return matrix ? hold(matrix) : encodedOf(node) && holdCodes(node, quantizeHere)
  })
