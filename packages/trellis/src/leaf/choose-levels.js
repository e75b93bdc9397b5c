/** @import { Kernel } from './kernel.js' */
/** @import { LevelJob } from './level-job.js' */
import { batchValues, compiledKernel, place, reserve } from './kernel.js'
import { tablesOf } from './level-tables.js'
import { plainLevels } from './plain-levels.js'

/**
 * The branch of each state: twice its quantizer, and 1 where an even level is the input 1. It is linear in the bits of the state, so
 * that of `4 g + i` differs from that of i by that of `4 g`: `picks` are the bytes that pick the costs of four states for each such
 * difference, `groups` the place of that for each g of the lower half.
 * @param {LevelJob} job
 */
function branchesOf({ quantizers, flips }) {
  const branches = quantizers.map((quantizer, state) => 2 * quantizer + flips[state])
  const picks = Uint8Array.from({ length: 64 }, (_, at) => 4 * (branches[(at >> 2) & 3] ^ (at >> 4)) + (at & 3))
  const groups = Uint8Array.from({ length: branches.length / 8 }, (_, group) => 16 * branches[4 * group])
  return { branches, picks, groups }
}

/**
 * The levels k of rows, with their signs, `rows × dim`: those of least squared error plus λ · bits of all paths through the machine.
 * @param {LevelJob} job
 * @returns {Int32Array}
 */
export function chooseLevels(job) {
  const kernel = compiledKernel()
  return kernel ? compiledLevels(kernel, job) : plainLevels(job)
}

/**
 * @param {Kernel} kernel
 * @param {LevelJob} job
 */
function compiledLevels(kernel, job) {
  const { x, rows, dim, inverse, gains, contexts, tails, costs } = job
  const { values, prices, zeros } = tablesOf(job)
  const { branches, picks, groups } = branchesOf(job)
  const states = branches.length
  const batch = Math.min(rows, Math.max(1, Math.floor(batchValues / dim)))
  const shared = [gains, contexts, values, tails, prices, costs, zeros, picks, groups, branches]
  const scratch = 96 + 8 * states + dim * (16 + states / 8)
  const sizes = [...shared.map(({ byteLength }) => byteLength), scratch, batch * dim * 4, batch * dim * 4]
  const places = reserve(kernel, sizes)
  place(kernel, shared, places)
  const { buffer } = kernel.memory
  const [gain, context, value, tail, price, token, zero, pick, group, branch, room, input, output] = places
  const out = new Int32Array(rows * dim)
  for (let row = 0; row < rows; row += batch) {
    const count = Math.min(batch, rows - row)
    new Float32Array(buffer, input, count * dim).set(x.subarray(row * dim, (row + count) * dim))
    const tables = /** @type {const} */ ([context, value, tail, price, token, zero, pick, group, branch, room, output])
    kernel.chooseLevels(input, count, dim, states, inverse, gain + row, ...tables)
    out.set(new Int32Array(buffer, output, count * dim), row * dim)
  }
  return out
}
