import { type Dense, type Matrix, SlimbedError } from '@slimbed/runtime'
import { matrixFrom } from '../../matrix/matrix-from.js'
import { transpose } from './transpose.js'

/** Throws `bad-input` unless `data` holds `rows × dim` values. */
export function checkSize(name: string, { rows, dim, data }: Dense): void {
  if (data.length === rows * dim) return
  throw new SlimbedError('bad-input', `${name}: expected ${rows} × ${dim} values, got ${data.length}`)
}

/** The rows of several matrices of one `dim`, as the columns of one: `dim × all rows`. Throws `bad-input` when they are not. */
export function columnsOf(dim: number, bases: readonly Dense[]): Dense {
  const width = bases.reduce((sum, { rows }) => sum + rows, 0)
  const data = new Float32Array(dim * width)
  let column = 0
  for (const basis of bases) {
    checkSize('basis', basis)
    if (basis.dim !== dim) throw new SlimbedError('bad-input', `basis: expected dim ${dim}, got ${basis.dim}`)
    for (let i = 0; i < basis.rows; i++, column++) {
      for (let j = 0; j < dim; j++) data[j * width + column] = basis.data[i * dim + j]
    }
  }
  return { rows: dim, dim: width, data }
}

/** A small matrix as one whose rows are read. */
export const denseMatrix = ({ rows, dim, data }: Dense): Matrix => matrixFrom(rows, dim, data)

/** The transpose. */
export const transposeOf = ({ rows, dim, data }: Dense): Dense => ({
  rows: dim,
  dim: rows,
  data: transpose(data, rows, dim)
})

/** The sum of the diagonal of a `dim × dim` matrix. */
export function traceOf(square: ArrayLike<number>, dim: number): number {
  let trace = 0
  for (let i = 0; i < dim; i++) trace += square[i * dim + i]
  return trace
}
