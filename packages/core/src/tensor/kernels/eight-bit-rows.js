/** @import { EightBitFloats } from './eight-bits.js' */
/** @import { EightBitGrids } from './eight-bit-grids.js' */
/** @import { Fill } from '../jobs/stored-input.js' */
import { sumsPerRow } from './compare.js'
import { compiledKernels, forBlocks, reserve } from './instance.js'

// Plain JavaScript, as what it builds on: threads run it too, from the sources and from the build.

/** Columns of a row of which the loop takes a multiple. */
export const columnsAtOnce = 16

/**
 * Quantizes rows of floats of 8 bits as `rangesOf`, `encodeRows` and `compareRows` do, to the bit. The kernels must run, and `dim` be a multiple of
 * `columnsAtOnce`.
 * @param {{ readonly rows: number, readonly fill: Fill, readonly type: EightBitFloats, readonly grids: EightBitGrids }} given
 * @param {Uint8Array} codes `rows × ⌈dim · bits / 8⌉`: gets the packed codes
 * @param {Float32Array} scale gets the scale of each row
 * @param {(start: number, sums: Float64Array) => void} visit is given the sums of `compareRows` of the rows from `start` on, in memory that is used again
 */
export function quantizeEightBits({ rows, fill, type, grids }, codes, scale, visit) {
  const kernels = compiledKernels()
  if (!kernels) throw new Error('the compiled kernels do not run here')
  const { fraction, bias, infinity, nan, values } = type
  const { dim, bits, zero, ranks, grids: numbers, gridBytes } = grids
  const bitsOf = new Uint32Array(values.buffer, values.byteOffset, 16)
  const rowBytes = Math.ceil((dim * bits) / 8)
  /** The first places, which are the same for blocks of any size. @param {number} count */
  const placesFor = (count) =>
    /** @type {[number, number, number, number, number, number, number, number, number, number, number, number]} */ (
      reserve(
        ...[kernels, 16, 16, 4, 256, numbers.length, 9 * dim + 256],
        ...[count * dim, count, count * 4, count * rowBytes, count * sumsPerRow * 8]
      )
    )
  const [upper, lower, middle, order, table] = placesFor(0)
  const { buffer: before } = kernels.memory
  new Uint8Array(before, upper, 16).set(bitsOf.map((word) => word >>> 24))
  new Uint8Array(before, lower, 16).set(bitsOf.map((word) => (word >>> 16) & 0xff))
  new Float32Array(before, middle, 1)[0] = zero
  new Uint8Array(before, order, 256).set(ranks)
  new Uint8Array(before, table, numbers.length).set(numbers)
  forBlocks(rows, dim, (start, count) => {
    const [, , , , , scratch, x, own, scales, out, found] = placesFor(count)
    const { buffer } = kernels.memory
    fill(new Uint8Array(buffer, x, count * dim), start * dim)
    kernels.endsOfEightBits(x, count, dim, order, table, gridBytes, own, scales)
    kernels.quantizeEightBits(
      ...[x, count, dim, fraction, bias, infinity, nan, upper, lower, bits],
      ...[own, scales, table, gridBytes, middle, out, scratch, found]
    )
    codes.set(new Uint8Array(buffer, out, count * rowBytes), start * rowBytes)
    scale.set(new Float32Array(buffer, scales, count), start)
    visit(start, new Float64Array(buffer, found, count * sumsPerRow))
  })
}
