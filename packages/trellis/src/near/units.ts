import type { Context, Dense, Matrix } from '@slimbed/core'

/** Rows at length 1, a byte a value. */
export interface Units {
  readonly rows: number
  readonly dim: number
  /** `rows × dim`, in units of `unit`. */
  readonly data: Int8Array
  readonly unit: number
}

const [blockRows, largest] = [4096, 127]

/** The coefficients of rows along axes, each row at length 1 (0 where it is all 0). A byte a value is held. */
export async function unitsOf(matrix: Matrix, axes: Dense, { tensor, signal }: Context): Promise<Units> {
  const [{ rows }, dim] = [matrix, axes.rows]
  const coefficients = await tensor.project(matrix, axes, { signal })
  const data = new Int8Array(rows * dim)
  const unit = 1 / largest
  for (let start = 0; start < rows; start += blockRows) {
    const count = Math.min(blockRows, rows - start)
    const block = await coefficients.read(start, count)
    for (let at = 0; at < count * dim; at += dim) {
      let square = 0
      for (let j = 0; j < dim; j++) square += block[at + j] * block[at + j]
      const scale = square === 0 ? 0 : 1 / (Math.sqrt(square) * unit)
      for (let j = 0; j < dim; j++) {
        data[start * dim + at + j] = Math.round(block[at + j] * scale)
      }
    }
  }
  return { rows, dim, data, unit }
}

/** The same rows as numbers, which are computed as they are read. */
export const matrixOfUnits = ({ rows, dim, data, unit }: Units): Matrix => ({
  rows,
  dim,
  async read(start, count) {
    return Float32Array.from(data.subarray(start * dim, (start + count) * dim), (value) => value * unit)
  }
})

/** Some of them, in memory. */
export function pickUnits({ dim, data, unit }: Units, picked: ArrayLike<number>): Dense {
  const out = new Float32Array(picked.length * dim)
  for (let i = 0; i < picked.length; i++) {
    const from = picked[i] * dim
    for (let j = 0; j < dim; j++) out[i * dim + j] = data[from + j] * unit
  }
  return { rows: picked.length, dim, data: out }
}
