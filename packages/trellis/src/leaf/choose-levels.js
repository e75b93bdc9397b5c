/** @import { LevelJob } from './level-job.js' */
import { moduleBase64 } from './module.js'
import { plainLevels } from './plain-levels.js'

/**
 * The compiled kernel, described in `assembly/`: every argument is a number, most of them places in `memory`.
 * @typedef {object} Kernel
 * @property {WebAssembly.Memory} memory
 * @property {(x: number, rows: number, dim: number, states: number, inverse: number, gains: number, contexts: number, levels: number, tails: number, costs: number, first: number, second: number, quantizers: number, flips: number, scratch: number, out: number) => void} chooseLevels
 */

/**
 * @param {object} exports
 * @returns {exports is Kernel}
 */
const isKernel = (exports) => 'memory' in exports && 'chooseLevels' in exports

/**
 * Undefined where there is no WebAssembly, no SIMD in it, or a page's policy forbids to compile it.
 * @returns {Kernel | undefined}
 */
function open() {
  try {
    const bytes = Uint8Array.from(atob(moduleBase64), (character) => character.charCodeAt(0))
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes))
    return isKernel(exports) ? exports : undefined
  } catch {
    return undefined
  }
}

/** @type {{ readonly kernel: Kernel | undefined } | undefined} */
let opened

/** The compiled kernel; undefined where it does not run. */
export function compiledKernel() {
  opened ??= { kernel: open() }
  return opened.kernel
}

const pageBytes = 2 ** 16
const firstByte = 1024

/**
 * Room in the kernel's memory for arrays of these sizes in bytes: where each begins, aligned to 16.
 * @param {WebAssembly.Memory} memory
 * @param {readonly number[]} sizes
 */
function reserve(memory, sizes) {
  let end = firstByte
  const places = sizes.map((size) => {
    const place = end
    end += Math.ceil(size / 16) * 16
    return place
  })
  const missing = end - memory.buffer.byteLength
  if (missing > 0) memory.grow(Math.ceil(missing / pageBytes))
  return places
}

/**
 * For every four states of the lower half the bytes that pick the cost of a branch among four.
 * @param {LevelJob} job
 * @param {number} other 1 for the other branch
 */
function picks({ quantizers, flips }, other) {
  const out = new Uint8Array(2 * quantizers.length)
  for (let at = 0; at < out.length; at++) {
    const state = at >> 2
    out[at] = 4 * ((2 * quantizers[state] + flips[state]) ^ other) + (at & 3)
  }
  return out
}

/** Values that go into the kernel's memory at a time. */
const batchValues = 2 ** 16

/**
 * The levels k of rows, with their signs, `rows × dim`: those of least squared error plus λ · bits of all paths through the machine.
 * @param {LevelJob} job
 * @returns {Int32Array}
 */
export function chooseLevels(job) {
  const kernel = compiledKernel()
  if (!kernel) return plainLevels(job)
  const { x, rows, dim, inverse, gains, contexts, levels, tails, costs, quantizers, flips } = job
  const states = quantizers.length
  const batch = Math.min(rows, Math.max(1, Math.floor(batchValues / dim)))
  const shared = [gains, contexts, levels, tails, costs, picks(job, 0), picks(job, 1), quantizers, flips]
  const { memory } = kernel
  const scratch = 16 + 8 * states + dim * (16 + states / 8)
  const sizes = [...shared.map(({ byteLength }) => byteLength), scratch, batch * dim * 4, batch * dim * 4]
  const places = reserve(memory, sizes)
  const bytes = new Uint8Array(memory.buffer)
  shared.forEach((array, i) => {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), places[i])
  })
  const [gain, context, level, tail, cost, first, second, quantizer, flip, room, input, output] = places
  const out = new Int32Array(rows * dim)
  for (let row = 0; row < rows; row += batch) {
    const count = Math.min(batch, rows - row)
    new Float32Array(memory.buffer, input, count * dim).set(x.subarray(row * dim, (row + count) * dim))
    const tables = /** @type {const} */ ([context, level, tail, cost, first, second, quantizer, flip, room, output])
    kernel.chooseLevels(input, count, dim, states, inverse, gain + row, ...tables)
    out.set(new Int32Array(memory.buffer, output, count * dim), row * dim)
  }
  return out
}
