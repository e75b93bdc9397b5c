import { moduleBase64 } from './module.js'

/**
 * The compiled kernels, described in `assembly/`: every argument is a number, most of them places in `memory`.
 * @typedef {object} Kernels
 * @property {WebAssembly.Memory} memory
 * @property {(x: number, rows: number, dim: number, groupSize: number, mins: number, maxs: number) => void} ranges
 * @property {(x: number, rows: number, dim: number, bits: number, groupSize: number, scales: number, zeros: number, shared: boolean, codes: number, scratch: number) => void} encode
 * @property {(codes: number, rows: number, dim: number, bits: number, groupSize: number, scales: number, zeros: number, shared: boolean, out: number, scratch: number) => void} decode
 * @property {(x: number, count: number) => number} finite
 * @property {(codes: number, count: number, fraction: number, bias: number, infinity: number, nan: number, upper: number, lower: number, out: number) => void} eightBits
 * @property {(x: number, count: number, out: number) => number} halves
 * @property {(x: number, rows: number, dim: number, ranks: number, grids: number, gridBytes: number, rankOut: number, scaleOut: number) => void} endsOfEightBits
 * @property {(...args: number[]) => void} quantizeEightBits
 * @property {(x: number, rows: number, dim: number, fraction: number, limit: number, powers: number, pairs: number, part: number) => number} gramEightBits
 * @property {(x: number, rows: number, dim: number, panels: number, width: number, y: number, mins: number, maxs: number) => void} projectRows
 * @property {(x: number, y: number, rows: number, dim: number, width: number, bits: number, scales: number, zero: number, panels: number, codes: number, scratch: number, sums: number) => void} quantizeProjected
 * @property {(a: number, b: number, rows: number, dim: number, sums: number) => void} compare
 * @property {(x: number, rows: number, dim: number, squares: number) => void} norms
 * @property {(x: number, rows: number, dim: number, bits: number, groupSize: number, scales: number, zeros: number, shared: boolean, codes: number, scratch: number, sums: number) => void} quantize
 * @property {(x: number, rows: number, width: number, columns: number, count: number, ids: number, scores: number) => void} nearest
 * @property {(a: number, dim: number, from: number, v: number, w: number, x: number, y: number) => void} updateAndMultiply
 * @property {(vectors: number, count: number, x: number, dim: number) => void} orthogonalize
 * @property {(reflections: number, factors: number, dim: number, vectors: number, count: number) => void} backTransform
 * @property {(diagonal: number, beside: number, dim: number, value: number, least: number) => number} countAbove
 */

/**
 * @param {object} exports
 * @returns {exports is Kernels}
 */
const isKernels = (exports) => 'memory' in exports && 'compare' in exports

/**
 * Undefined where there is no WebAssembly, no SIMD in it, or a page's policy forbids to compile it.
 * @returns {Kernels | undefined}
 */
function open() {
  try {
    const bytes = Uint8Array.from(atob(moduleBase64), (character) => character.charCodeAt(0))
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes))
    return isKernels(exports) ? exports : undefined
  } catch {
    return undefined
  }
}

/** @type {{ readonly kernels: Kernels | undefined } | undefined} */
let opened

/** The compiled kernels; undefined where they do not run, and the same is to be computed in JavaScript. */
export function compiledKernels() {
  opened ??= { kernels: open() }
  return opened.kernels
}

const pageBytes = 2 ** 16
/** The kernels' own data, if any, lies below. */
const firstByte = 1024

/**
 * Room in the kernels' memory for arrays of these sizes in bytes, which lasts until the next call: where each begins, aligned
 * to 16. Each is followed by 16 bytes that nothing else uses.
 * @param {Kernels} kernels
 * @param {readonly number[]} sizes
 * @returns {number[]}
 */
export function reserve({ memory }, ...sizes) {
  let end = firstByte
  const places = sizes.map((size) => {
    const place = end
    end += Math.ceil(size / 16) * 16 + 16
    return place
  })
  const missing = end - memory.buffer.byteLength
  if (missing > 0) memory.grow(Math.ceil(missing / pageBytes))
  return places
}

/** Values that are worked on at a time: they stay in the processor's cache while they are copied in, used and copied out. */
const blockValues = 2 ** 16

/**
 * Calls `visit` for blocks of `rows` rows of `dim` values, of about 64 Ki values each.
 * @param {number} rows
 * @param {number} dim
 * @param {(start: number, count: number) => void} visit
 */
export function forBlocks(rows, dim, visit) {
  const step = Math.max(1, Math.floor(blockValues / dim))
  for (let start = 0; start < rows; start += step) visit(start, Math.min(step, rows - start))
}
