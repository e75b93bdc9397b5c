import { randomAt, type Table } from '@slimbed/core'

/** `count` numbers, uniform within ±`size`, the same for a seed. */
export function numbers(count: number, seed: number, size = 0.8): Float32Array {
  const random = randomAt(seed, ['test'])
  return Float32Array.from({ length: count }, () => (2 * random() - 1) * size)
}

/** A `rows × dim` matrix whose singular values fall: sums of random directions of falling length. */
export function falling(rows: number, dim: number, seed: number): Float32Array {
  const random = randomAt(seed)
  const spread = () => random() + random() + random() - 1.5
  const directions = Float64Array.from({ length: dim * dim }, spread)
  const out = new Float32Array(rows * dim)
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < dim; k++) {
      const length = spread() / (1 + k)
      for (let j = 0; j < dim; j++) out[i * dim + j] += length * directions[k * dim + j]
    }
  }
  return out
}

/** Independent normal numbers (Box and Muller 1958), the same for a seed. */
export function normals(count: number, seed: number): Float32Array {
  const random = randomAt(seed)
  return Float32Array.from(
    { length: count },
    () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  )
}

/** `‖a − b‖² / ‖a‖²`. */
export function squaredRelativeError(a: Float32Array, b: Float32Array): number {
  let [error, norm] = [0, 0]
  for (let i = 0; i < a.length; i++) {
    error += (a[i] - b[i]) ** 2
    norm += a[i] ** 2
  }
  return error / norm
}

/** Every row of a table as it is looked up, row-major. */
export function rowsOf(table: Table): Float32Array {
  const { rows, dim } = table
  const out = new Float32Array(rows * dim)
  for (let row = 0; row < rows; row++) table.readRow(row, out.subarray(row * dim, (row + 1) * dim))
  return out
}
