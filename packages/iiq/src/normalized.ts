import type { Matrix } from '@slimbed/core'

/** Writes the rows, scaled to length 1, to `out`; rows of zeros stay as they are. */
function scaleRows(data: Float32Array, dim: number, out: Float32Array): Float32Array {
  for (let at = 0; at < data.length; at += dim) {
    let sum = 0
    for (let j = at; j < at + dim; j++) sum += data[j] * data[j]
    const factor = sum > 0 ? 1 / Math.sqrt(sum) : 0
    for (let j = at; j < at + dim; j++) out[j] = data[j] * factor
  }
  return out
}

/** The matrix with every row scaled to length 1 as it is read. */
export const normalized = (matrix: Matrix): Matrix => ({
  rows: matrix.rows,
  dim: matrix.dim,
  async read(start, count, into) {
    const room = into ?? new Float32Array(count * matrix.dim)
    const data = await matrix.read(start, count, room)
    return scaleRows(data, matrix.dim, data.length === room.length ? room : new Float32Array(data.length))
  }
})
