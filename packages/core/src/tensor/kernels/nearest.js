/** @import { Kernels } from './instance.js' */
import { forBlocks, reserve } from './instance.js'

/** Rows of a codebook that the loop takes at a time. */
const lanes = 16

/**
 * A codebook for the columns from `column` on of `input`, `rows × dim`: as `factors` its columns, and below them its `−‖c‖² / 2`,
 * `(width + 1) × count`.
 * @typedef {{
 *   readonly rows: number, readonly dim: number, readonly input: Float32Array, readonly column: number, readonly width: number,
 *   readonly factors: Float32Array
 * }} Searched
 */

/**
 * The nearest row of a codebook of few columns, number `book` of `books`, and the squared distance to it, not below 0, of each row.
 * @param {Kernels} kernels
 * @param {Searched} searched
 * @param {number} book
 * @param {number} books
 * @param {{ readonly ids: Uint32Array, readonly distances: Float64Array }} found both `rows × books`
 */
export function nearestRows(kernels, { rows, dim, input, column, width, factors }, book, books, { ids, distances }) {
  const count = factors.length / (width + 1)
  const padded = Math.ceil(count / lanes) * lanes
  forBlocks(rows, width, (start, some) => {
    const sizes = [some * width * 4, (width + 1) * padded * 4, some * 4, some * 4]
    const [x, columns, first, most] = /** @type {[number, number, number, number]} */ (reserve(kernels, ...sizes))
    const { buffer } = kernels.memory
    const points = new Float32Array(buffer, x, some * width)
    for (let i = 0, from = start * dim + column, to = 0; i < some; i++, from += dim - width) {
      for (const end = from + width; from < end; from++) points[to++] = input[from]
    }
    const padding = new Float32Array(buffer, columns, (width + 1) * padded)
    padding.fill(0, 0, width * padded)
    padding.fill(-Infinity, width * padded)
    for (let j = 0; j <= width; j++) padding.set(factors.subarray(j * count, (j + 1) * count), j * padded)
    kernels.nearest(x, some, width, columns, padded, first, most)
    const rowsFound = new Int32Array(buffer, first, some)
    const scores = new Float32Array(buffer, most, some)
    for (let i = 0, at = 0, to = start * books + book; i < some; i++, to += books) {
      let norm = 0
      for (const end = at + width; at < end; at++) norm += points[at] * points[at]
      // Where no score is a number, no row is the nearest.
      ids[to] = rowsFound[i] < count ? rowsFound[i] : 0
      distances[to] = Math.max(0, norm - 2 * scores[i])
    }
  })
}
