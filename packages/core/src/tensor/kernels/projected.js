/** @import { Fill } from '../jobs/stored-input.js' */
/** @import { EightBitFloats } from './eight-bits.js' */
import { sumsPerRow } from './compare.js'
import { compiledKernels, reserve } from './instance.js'

// Plain JavaScript, as what it builds on: threads run it too, from the sources and from the build.

/** Columns of a small matrix that are stored one after another. */
const panelColumns = 16

/**
 * The bytes of a row of so many float32, of whole panels.
 * @param {number} count
 */
const paddedBytes = (count) => 4 * panelColumns * Math.ceil(count / panelColumns)

/**
 * A small matrix as the loops of products take it: 16 columns at a time, one after another, zeros beyond the last.
 * @param {{ readonly rows: number, readonly dim: number, readonly data: Float32Array }} matrix
 */
export function panelsOf({ rows, dim, data }) {
  const out = new Float32Array((rows * paddedBytes(dim)) / 4)
  for (let first = 0, at = 0; first < dim; first += panelColumns) {
    const end = Math.min(first + panelColumns, dim)
    for (let row = 0; row < rows; row++, at += panelColumns)
      out.set(data.subarray(row * dim + first, row * dim + end), at)
  }
  return out
}

/**
 * How rows are projected and quantized.
 * @typedef {object} ProjectedGrids
 * @property {number} dim of the rows
 * @property {number} width of their projections
 * @property {number} bits of a code, 1 to 8
 * @property {number} zero of every row
 * @property {Float32Array} basis panels of `dim × width`
 * @property {Float32Array} right panels of `width × dim`: codes stand for the rows of a product with it
 */

/** Values of a block, which stays in the processor's second cache, and its rows at least: small matrices need not. */
const [blockValues, leastRows] = [2 ** 14, 64]

/**
 * Projects rows, quantizes the projections with a scale a row, and compares the rows with the products of what the codes mean and `right`: as `product`, `rangesOf`,
 * `encodeRows`, `decodeRows` and `compareRows` do one after another, to the bit. The kernels must run.
 * @param {{ readonly rows: number, readonly values: Float32Array | Fill, readonly type: EightBitFloats | undefined }} given rows as float32, or what gives
 *   them as floats of 8 bits of a type
 * @param {ProjectedGrids} grids
 * @param {(min: number, max: number) => number} scaleOf the scale of a row whose values are between these
 * @param {Uint8Array} codes `rows × ⌈width · bits / 8⌉`: gets the packed codes
 * @param {Float32Array} scale gets the scale of each row
 * @param {(start: number, sums: Float64Array) => void} visit is given the sums of `compareRows` of the rows from `start` on, in memory that is used again
 */
export function quantizeProjected({ rows, values, type }, grids, scaleOf, codes, scale, visit) {
  const kernels = compiledKernels()
  if (!kernels) throw new Error('the compiled kernels do not run here')
  const { dim, width, bits, zero, basis, right } = grids
  const most = Math.max(leastRows, Math.floor(blockValues / dim))
  const codeBytes = Math.ceil((width * bits) / 8)
  const [step, outStep] = [paddedBytes(width), paddedBytes(dim)]
  const sizes = [4 * most * dim, most * dim, basis.length * 4, right.length * 4, most * step, 16, 16, 4]
  const [x, raw, first, second, y, upper, lower, middle, mins, maxs, scales, out, found, scratch] =
    /** @type {[number, number, number, number, number, number, number, number, number, number, number, number, number, number]} */ (
      reserve(
        ...[kernels, ...sizes, 4 * most, 4 * most, 4 * most, most * codeBytes, most * sumsPerRow * 8],
        64 + step / 4 + 2 * step + 2 * outStep
      )
    )
  const { buffer } = kernels.memory
  new Float32Array(buffer, first, basis.length).set(basis)
  new Float32Array(buffer, second, right.length).set(right)
  new Float32Array(buffer, middle, 1)[0] = zero
  if (type) {
    const words = new Uint32Array(type.values.buffer, type.values.byteOffset, 16)
    new Uint8Array(buffer, upper, 16).set(words.map((word) => word >>> 24))
    new Uint8Array(buffer, lower, 16).set(words.map((word) => (word >>> 16) & 0xff))
  }
  const [low, high, own] = [mins, maxs, scales].map((place) => new Float32Array(buffer, place, most))
  for (let start = 0; start < rows; start += most) {
    const count = Math.min(most, rows - start)
    if (values instanceof Float32Array) {
      new Float32Array(buffer, x, count * dim).set(values.subarray(start * dim, (start + count) * dim))
    } else if (type) {
      const { fraction, bias, infinity, nan } = type
      values(new Uint8Array(buffer, raw, count * dim), start * dim)
      kernels.eightBits(raw, count * dim, fraction, bias, infinity, nan, upper, lower, x)
    }
    kernels.projectRows(x, count, dim, first, width, y, mins, maxs)
    for (let row = 0; row < count; row++) own[row] = scaleOf(low[row], high[row])
    kernels.quantizeProjected(x, y, count, dim, width, bits, scales, middle, second, out, scratch, found)
    codes.set(new Uint8Array(buffer, out, count * codeBytes), start * codeBytes)
    scale.set(own.subarray(0, count), start)
    visit(start, new Float64Array(buffer, found, count * sumsPerRow))
  }
}
