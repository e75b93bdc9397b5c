/** @import { PathJob } from './path-job.js' */
import { batchValues, compiledKernel, place, reserve } from '../leaf/kernel.js'
import { plainPaths, segmentOf } from './plain-paths.js'

/**
 * The state after each value of rows, `rows × dim`: those of the path of least weighted squared error.
 * @param {PathJob} job
 * @returns {Uint16Array}
 */
export function choosePaths(job) {
  const kernel = compiledKernel()
  if (!kernel) return plainPaths(job)
  const { y, rows, dim, states, weights, bits, books, levels, starts } = job
  const segment = Math.min(dim, segmentOf(states))
  const batch = Math.min(rows, Math.max(1, Math.floor(batchValues / dim)))
  const shared = [weights, bits, books, levels, starts]
  const sizes = [...shared.map(({ byteLength }) => byteLength), (segment + 2) * states * 4, batch * dim * 4]
  const places = reserve(kernel, [...sizes, batch * dim * 2])
  place(kernel, shared, places)
  const { buffer } = kernel.memory
  const [weight, bit, book, level, start, scratch, input, output] = places
  const out = new Uint16Array(rows * dim)
  for (let row = 0; row < rows; row += batch) {
    const count = Math.min(batch, rows - row)
    new Float32Array(buffer, input, count * dim).set(y.subarray(row * dim, (row + count) * dim))
    const tables = /** @type {const} */ ([weight, bit, book, level, start + 2 * row, segment, scratch, output])
    kernel.choosePaths(input, count, dim, states, ...tables)
    out.set(new Uint16Array(buffer, output, count * dim), row * dim)
  }
  return out
}
