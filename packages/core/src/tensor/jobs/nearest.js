/** @import { JobKind } from './job.js' */
import { give, take } from './scratch.js'

/**
 * The nearest centre of each row: the one of largest `x · c − ‖c‖² / 2`, the first of several.
 * @typedef {object} NearestJob
 * @property {number} rows
 * @property {number} dim
 * @property {number} width the number of centres
 * @property {Float32Array} input `rows × dim`
 * @property {Float32Array} factor the centres as columns: `dim × width`
 * @property {Float32Array} halves `‖c‖² / 2` of each centre
 */

/**
 * The number of the centre of each row, and the squared distance to it, not below 0.
 * @typedef {{ readonly ids: Uint32Array, readonly distances: Float64Array }} Nearest
 */

/** Scores of rows and centres that are held at a time. */
const mostScores = 2 ** 21

/** @type {JobKind<NearestJob, never, Nearest>} */
export const nearestJob = {
  name: 'nearest',
  reads: ['input'],
  fills: [],
  returns: [],
  async run({ rows, dim, width, input, factor, halves }, open) {
    const engine = await open()
    const [ids, distances] = [new Uint32Array(rows), new Float64Array(rows)]
    const step = Math.max(1, Math.min(rows, Math.floor(mostScores / Math.max(width, dim))))
    const room = new Float32Array(take(4 * step * width), 0, step * width)
    for (let start = 0; start < rows; start += step) {
      const count = Math.min(step, rows - start)
      const some = input.subarray(start * dim, (start + count) * dim)
      const products = await engine.product(some, factor, count, dim, width, room.subarray(0, count * width))
      for (let i = 0; i < count; i++) {
        const row = i * width
        let best = 0
        let most = products[row] - halves[0]
        for (let k = 1; k < width; k++) {
          const score = products[row + k] - halves[k]
          if (score > most) {
            most = score
            best = k
          }
        }
        ids[start + i] = best
        let square = 0
        for (let j = i * dim; j < (i + 1) * dim; j++) square += some[j] * some[j]
        distances[start + i] = Math.max(0, square - 2 * most)
      }
    }
    give(room.buffer)
    return { ids, distances }
  }
}
