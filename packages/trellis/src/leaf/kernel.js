import { moduleBase64 } from './module.js'

/**
 * The compiled kernels, described in `assembly/`: every argument is a number, most of them places in `memory`.
 * @typedef {object} Kernel
 * @property {WebAssembly.Memory} memory
 * @property {(x: number, rows: number, dim: number, states: number, inverse: number, gains: number, contexts: number, levels: number, tails: number, costs: number, tokenCosts: number, zeroCosts: number, picks: number, groups: number, branches: number, scratch: number, out: number) => void} chooseLevels
 * @property {(x: number, dim: number, width: number, states: number, inverse: number, gain: number, contexts: number, levels: number, tails: number, costs: number, tokenCosts: number, branches: number, near: number, scratch: number, out: number) => void} chooseNear
 * @property {(ks: number, rows: number, dim: number, block: number, gains: number, gainStep: number, gainTable: number, contexts: number, quantizers: number, next: number, entries: number, escapes: number, path: number, end: number, lengths: number) => number} encodeBlocks
 * @property {(y: number, rows: number, dim: number, states: number, weights: number, bits: number, books: number, levels: number, starts: number, segment: number, scratch: number, out: number) => void} choosePaths
 * @property {(x: number, ks: number, rows: number, dim: number, step: number, gains: number, gainStep: number, contexts: number, quantizers: number, next: number, tokens: number, offs: number, zeros: number) => number} tally
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

/** The compiled kernels; undefined where they do not run. */
export function compiledKernel() {
  opened ??= { kernel: open() }
  return opened.kernel
}

const pageBytes = 2 ** 16
const firstByte = 1024

/**
 * Room in the kernels' memory for arrays of these sizes in bytes, which lasts until the next call: where each begins, aligned to 16.
 * @param {Kernel} kernel
 * @param {readonly number[]} sizes
 */
export function reserve({ memory }, sizes) {
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
 * Copies arrays into the kernels' memory.
 * @param {Kernel} kernel
 * @param {readonly ArrayBufferView[]} arrays
 * @param {readonly number[]} places
 */
export function place({ memory }, arrays, places) {
  const bytes = new Uint8Array(memory.buffer)
  arrays.forEach(({ buffer, byteOffset, byteLength }, i) => {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), places[i])
  })
}

/** Values that go into the kernels' memory at a time, where nothing asks for more. */
export const batchValues = 2 ** 16
