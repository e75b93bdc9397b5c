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

/** Values of a codebook that are compared with all rows before the next ones: they stay in the processor's nearest cache. */
const chunkValues = 2 ** 12

/**
 * The nearest row of a codebook, number `book` of `books`, and the squared distance to it, not below 0, of each row.
 * @param {Kernels} kernels
 * @param {Searched} searched
 * @param {number} book
 * @param {number} books
 * @param {{ readonly ids: Uint32Array, readonly distances: Float64Array }} found both `rows × books`
 */
export function nearestRows(kernels, { rows, dim, input, column, width, factors }, book, books, { ids, distances }) {
  const count = factors.length / (width + 1)
  const chunk = lanes * Math.max(1, Math.floor(chunkValues / lanes / (width + 1)))
  forBlocks(rows, width, (start, some) => {
    const sizes = [some * width * 4, (width + 1) * chunk * 4, some * 4, some * 4]
    const [x, columns, first, most] = /** @type {[number, number, number, number]} */ (reserve(kernels, ...sizes))
    const { buffer } = kernels.memory
    const points = new Float32Array(buffer, x, some * width)
    for (let i = 0, from = start * dim + column, to = 0; i < some; i++, from += dim - width) {
      for (const end = from + width; from < end; from++) points[to++] = input[from]
    }
    const found = new Int32Array(buffer, first, some)
    const scores = new Float32Array(buffer, most, some)
    const [nearest, best] = [new Uint32Array(some), new Float32Array(some).fill(-Infinity)]
    for (let from = 0; from < count; from += chunk) {
      const own = Math.min(chunk, count - from)
      const padded = Math.ceil(own / lanes) * lanes
      const room = new Float32Array(buffer, columns, (width + 1) * padded)
      if (padded > own) {
        room.fill(0, 0, width * padded)
        room.fill(-Infinity, width * padded)
      }
      for (let j = 0; j <= width; j++) {
        room.set(factors.subarray(j * count + from, j * count + from + own), j * padded)
      }
      kernels.nearest(x, some, width, columns, padded, first, most)
      for (let i = 0; i < some; i++) {
        if (scores[i] <= best[i] || found[i] >= own) continue
        best[i] = scores[i]
        nearest[i] = from + found[i]
      }
    }
    for (let i = 0, at = 0, to = start * books + book; i < some; i++, to += books) {
      let norm = 0
      for (const end = at + width; at < end; at++) norm += points[at] * points[at]
      ids[to] = nearest[i]
      distances[to] = Math.max(0, norm - 2 * best[i])
    }
  })
}
