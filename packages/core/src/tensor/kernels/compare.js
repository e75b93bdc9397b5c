import { compiledKernels, forBlocks, reserve } from './instance.js'

// Plain JavaScript, as what it builds on: threads run it too, from the sources and from the build.

/** Sums that `compareRows` writes for each row. */
export const sumsPerRow = 5

/**
 * `compareRows`, in JavaScript: the same sums in the same order.
 * @param {Float32Array} a
 * @param {Float32Array} b
 * @param {number} dim
 * @param {Float64Array} sums
 */
export function plainCompare(a, b, dim, sums) {
  const part = new Float64Array(16)
  for (let row = 0, at = 0; at < a.length; row++) {
    part.fill(0)
    let most = 0
    for (let j = 0; j < dim; j++, at++) {
      const x = a[at]
      const y = b[at]
      const e = x - y
      const lane = j & 3
      part[lane] += x * x
      part[lane + 4] += y * y
      part[lane + 8] += x * y
      part[lane + 12] += e * e
      if (e > most) most = e
      else if (-e > most) most = -e
    }
    const to = row * sumsPerRow
    for (let k = 0; k < 4; k++) sums[to + k] = part[4 * k] + part[4 * k + 2] + (part[4 * k + 1] + part[4 * k + 3])
    sums[to + 4] = most
  }
}

/**
 * Compares rows of `dim` values: writes Σa², Σb², Σab, Σ(a − b)² and max |a − b| of each row to `sums`, in float64. Four sums
 * run side by side, of the columns j with one j mod 4, and are added as (0 + 2) + (1 + 3), on every machine.
 * @param {Float32Array} a
 * @param {Float32Array} b
 * @param {number} dim
 * @param {Float64Array} sums
 */
export function compareRows(a, b, dim, sums) {
  const kernels = compiledKernels()
  if (!kernels) {
    plainCompare(a, b, dim, sums)
    return
  }
  forBlocks(a.length / dim, dim, (start, count) => {
    const size = count * dim
    const found = count * sumsPerRow
    const [left, right, out] = /** @type {[number, number, number]} */ (reserve(kernels, size * 4, size * 4, found * 8))
    const { buffer } = kernels.memory
    new Float32Array(buffer, left, size).set(a.subarray(start * dim, start * dim + size))
    new Float32Array(buffer, right, size).set(b.subarray(start * dim, start * dim + size))
    kernels.compare(left, right, count, dim, out)
    sums.set(new Float64Array(buffer, out, found), start * sumsPerRow)
  })
}

/**
 * `normsOf`, in JavaScript: the same sums in the same order.
 * @param {Float32Array} values
 * @param {number} dim
 * @param {Float64Array} squares
 */
export function plainNorms(values, dim, squares) {
  const part = new Float64Array(4)
  for (let row = 0, at = 0; at < values.length; row++) {
    part.fill(0)
    for (let j = 0; j < dim; j++, at++) part[j & 3] += values[at] * values[at]
    squares[row] = part[0] + part[2] + (part[1] + part[3])
  }
}

/**
 * Writes the squared norm of each row of `dim` values to `squares`: the first of the sums of `compareRows`.
 * @param {Float32Array} values
 * @param {number} dim
 * @param {Float64Array} squares
 */
export function normsOf(values, dim, squares) {
  const kernels = compiledKernels()
  if (!kernels) {
    plainNorms(values, dim, squares)
    return
  }
  forBlocks(values.length / dim, dim, (start, count) => {
    const size = count * dim
    const [x, out] = /** @type {[number, number]} */ (reserve(kernels, size * 4, count * 8))
    const { buffer } = kernels.memory
    new Float32Array(buffer, x, size).set(values.subarray(start * dim, start * dim + size))
    kernels.norms(x, count, dim, out)
    squares.set(new Float64Array(buffer, out, count), start)
  })
}
