import type { Matrix } from '@slimbed/core'

/** Writes `data − mean`, row by row, to `out`, which may be `data`. */
function subtract(data: Float32Array, mean: Float32Array, out: Float32Array): Float32Array {
  const dim = mean.length
  for (let at = 0; at < data.length; at += dim) for (let j = 0; j < dim; j++) out[at + j] = data[at + j] - mean[j]
  return out
}

/** The matrix with `mean` subtracted from every row when it is read. */
export const centred = (matrix: Matrix, mean: Float32Array): Matrix => ({
  rows: matrix.rows,
  dim: matrix.dim,
  async read(start, count, into) {
    const room = into ?? new Float32Array(count * matrix.dim)
    const data = await matrix.read(start, count, room)
    return subtract(data, mean, data.length === room.length ? room : new Float32Array(data.length))
  }
})
