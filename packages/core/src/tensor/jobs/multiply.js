/** @import { JobKind } from './job.js' */
import { give, take } from './scratch.js'

/**
 * `input · factor`, and `offsets` added to each row.
 * @typedef {object} MultiplyJob
 * @property {number} rows
 * @property {number} dim
 * @property {number} width columns of the product
 * @property {Float32Array} input `rows × dim`
 * @property {Float32Array} factor `dim × width`
 * @property {Float32Array | undefined} offsets `width` values; none when undefined
 * @property {Float32Array} output `rows × width`
 */

/** @type {JobKind<MultiplyJob>} */
export const multiplyJob = {
  name: 'multiply',
  reads: ['input'],
  fills: ['output'],
  returns: [],
  async run({ rows, dim, width, input, factor, offsets, output }, engine) {
    const size = rows * width
    const room = new Float32Array(take(4 * size), 0, size)
    const made = await (await engine()).product(input, factor, rows, dim, width, room)
    if (offsets) addToRows(offsets, made)
    output.set(made)
    give(room.buffer)
  }
}

/**
 * @param {Float32Array} offsets
 * @param {Float32Array} rows
 */
function addToRows(offsets, rows) {
  const width = offsets.length
  for (let at = 0; at < rows.length; at += width) for (let j = 0; j < width; j++) rows[at + j] += offsets[j]
}
