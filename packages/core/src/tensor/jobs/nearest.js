/** @import { Engine } from '../engines/engine.js' */
/** @import { JobKind } from './job.js' */
import { compiledKernels } from '../kernels/instance.js'
import { nearestRows } from '../kernels/nearest.js'
import { give, take } from './scratch.js'

/**
 * The nearest row of each of several codebooks, one for some columns after another.
 * @typedef {object} NearestJob
 * @property {number} rows
 * @property {number} dim
 * @property {Float32Array} input `rows × dim`
 * @property {readonly number[]} widths the columns of each codebook
 * @property {readonly number[]} counts its rows
 * @property {number} narrow the most columns of a codebook that the compiled loop takes
 * @property {Float32Array} factors each codebook as columns, and below them their `−‖c‖² / 2`: `(width + 1) × count`, one after another
 */

/**
 * The nearest rows, and the squared distances to them, not below 0: both `rows × codebooks`.
 * @typedef {{ readonly ids: Uint32Array, readonly distances: Float64Array }} Nearest
 */

/** Scores that are held at a time. */
const mostScores = 2 ** 19

/** @type {JobKind<NearestJob, never, Nearest>} */
export const nearestJob = {
  name: 'nearest',
  reads: ['input'],
  fills: [],
  returns: [],
  async run(job, engine) {
    const size = job.rows * job.widths.length
    const found = { ids: new Uint32Array(size), distances: new Float64Array(size) }
    let [column, factor] = [0, 0]
    for (const [book, width] of job.widths.entries()) {
      const kernels = width <= job.narrow ? compiledKernels() : undefined
      if (kernels) {
        const factors = job.factors.subarray(factor, factor + (width + 1) * job.counts[book])
        const { rows, dim, input } = job
        nearestRows(kernels, { rows, dim, input, column, width, factors }, book, job.widths.length, found)
      } else await search(job, await engine(), book, column, factor, found)
      column += width
      factor += (width + 1) * job.counts[book]
    }
    return found
  }
}

/**
 * The nearest rows of one codebook, for the columns from `column` on.
 * @param {NearestJob} job
 * @param {Engine} engine
 * @param {number} book
 * @param {number} column
 * @param {number} factor where the codebook begins
 * @param {Nearest} found
 */
async function search(job, engine, book, column, factor, found) {
  const { rows, dim, input, widths, counts, factors } = job
  const [width, count] = [widths[book], counts[book]]
  const most = Math.min(rows, Math.max(1, Math.floor(mostScores / Math.max(count, width))))
  const [points, room] = [take(4 * most * (width + 1)), take(4 * most * count)]
  const columns = factors.subarray(factor, factor + (width + 1) * count)
  for (let start = 0; start < rows; start += most) {
    const some = Math.min(most, rows - start)
    const block = new Float32Array(points, 0, some * (width + 1))
    for (let i = 0, from = start * dim + column, to = 0; i < some; i++, from += dim - width) {
      for (const end = from + width; from < end; from++) block[to++] = input[from]
      block[to++] = 1
    }
    const scores = await engine.product(block, columns, some, width + 1, count, new Float32Array(room, 0, some * count))
    pick(job, book, start, block, scores, found)
  }
  give(points)
  give(room)
}

/**
 * The largest of some numbers, by four at a time, none of which waits for the others.
 * @param {Float32Array} values
 * @param {number} from
 * @param {number} to
 */
function largest(values, from, to) {
  let a = -Infinity
  let b = -Infinity
  let c = -Infinity
  let d = -Infinity
  let at = from
  for (; at + 4 <= to; at += 4) {
    if (values[at] > a) a = values[at]
    if (values[at + 1] > b) b = values[at + 1]
    if (values[at + 2] > c) c = values[at + 2]
    if (values[at + 3] > d) d = values[at + 3]
  }
  for (; at < to; at++) if (values[at] > a) a = values[at]
  return Math.max(a, b, c, d)
}

/**
 * The first of the largest scores `x · c − ‖c‖² / 2` of each row.
 * @param {NearestJob} job
 * @param {number} book
 * @param {number} start
 * @param {Float32Array} block
 * @param {Float32Array} scores
 * @param {Nearest} found
 */
function pick({ widths, counts }, book, start, block, scores, { ids, distances }) {
  const [width, count, books] = [widths[book], counts[book], widths.length]
  for (let row = start, from = 0, at = 0; at < scores.length; row++, at += count) {
    const most = largest(scores, at, at + count)
    let best = at
    while (best < at + count && scores[best] !== most) best++
    let norm = 0
    for (const end = from + width; from < end; from++) norm += block[from] * block[from]
    // The last value of a row is the 1 that the offset is multiplied by.
    from++
    ids[row * books + book] = (best - at) % count
    distances[row * books + book] = Math.max(0, norm - 2 * most)
  }
}
