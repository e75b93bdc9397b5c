/** @import { Kernel } from '../leaf/kernel.js' */
/** @import { LevelJob } from '../leaf/level-job.js' */
import { compiledKernel, place, reserve } from '../leaf/kernel.js'
import { tablesOf } from '../leaf/level-tables.js'
import { plainNear } from './plain-near.js'

/**
 * Fills `dim × width` float32 with what each column is along the directions of a row; those beyond its number of directions are 0.
 * @callback Directions
 * @param {number} row
 * @param {Float32Array} into
 * @returns {void}
 */

/**
 * The levels of rows, `rows × dim`, with their signs: those of least `Σ eⱼ² + Σ (nᵢ · e)² + λ · bits` for the errors e of a row, in steps, of the paths that
 * survive: each state keeps one. The directions nᵢ are those of the row, at most `width`, a multiple of 4.
 * @param {LevelJob} job
 * @param {number} width
 * @param {Directions} directions
 * @returns {Int32Array}
 */
export function chooseNear(job, width, directions) {
  const kernel = compiledKernel()
  return kernel ? compiledNear(kernel, job, width, directions) : plainNear(job, width, directions)
}

/**
 * @param {Kernel} kernel
 * @param {LevelJob} job
 * @param {number} width
 * @param {Directions} directions
 */
function compiledNear(kernel, job, width, directions) {
  const { x, rows, dim, inverse, gains, contexts, tails, costs, quantizers, flips } = job
  const { values, prices } = tablesOf(job)
  const states = quantizers.length
  const branches = quantizers.map((quantizer, state) => 2 * quantizer + flips[state])
  const shared = [contexts, values, tails, prices, costs, branches]
  const scratch = 4 * (12 + width * width + dim * (width + 1) + states * (10 + 2 * width) + dim * states)
  const sizes = [...shared.map(({ byteLength }) => byteLength), 4 * dim, 4 * dim * width, 4 * dim, scratch]
  const places = reserve(kernel, sizes)
  place(kernel, shared, places)
  const [context, value, tail, price, token, branch, input, near, output, room] = places
  const { buffer } = kernel.memory
  const [row, found] = [new Float32Array(buffer, input, dim), new Int32Array(buffer, output, dim)]
  const along = new Float32Array(buffer, near, dim * width)
  const out = new Int32Array(rows * dim)
  for (let i = 0; i < rows; i++) {
    row.set(x.subarray(i * dim, (i + 1) * dim))
    directions(i, along)
    const tables = /** @type {const} */ ([context, value, tail, price, token, branch, near, room, output])
    kernel.chooseNear(input, dim, width, states, inverse, gains[i], ...tables)
    out.set(found, i * dim)
  }
  return out
}
