import type { Matrix } from '@slimbed/core'
import { normalizeRows } from '@slimbed/core/numbers'

/** The matrix with every row scaled to length 1 as it is read. */
export const normalized = (matrix: Matrix): Matrix => ({
  rows: matrix.rows,
  dim: matrix.dim,
  async read(start, count, into) {
    const room = into ?? new Float32Array(count * matrix.dim)
    const data = await matrix.read(start, count, room)
    return normalizeRows(data, matrix.dim, data.length === room.length ? room : new Float32Array(data.length))
  }
})
