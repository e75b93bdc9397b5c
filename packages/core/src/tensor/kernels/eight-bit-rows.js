/** @import { EightBitFloats } from './eight-bits.js' */
/** @import { EightBitGrids } from './eight-bit-grids.js' */
import { sumsPerRow } from './compare.js'
import { compiledKernels, forBlocks, reserve } from './instance.js'

// Plain JavaScript, as what it builds on: threads run it too, from the sources and from the build.

/** Columns of a row of which the loop takes a multiple. */
export const columnsAtOnce = 16

/**
 * Quantizes rows of floats of 8 bits as `rangesOf`, `encodeRows` and `compareRows` do, to the bit. The kernels must run, and `dim` be a multiple of
 * `columnsAtOnce`.
 * @param {{ readonly input: Uint8Array, readonly type: EightBitFloats, readonly grids: EightBitGrids }} given
 * @param {Uint8Array} codes `rows × ⌈dim · bits / 8⌉`: gets the packed codes
 * @param {Float32Array} scale gets the scale of each row
 * @param {(start: number, sums: Float64Array) => void} visit is given the sums of `compareRows` of the rows from `start` on, in memory that is used again
 */
export function quantizeEightBits({ input, type, grids }, codes, scale, visit) {
  const kernels = compiledKernels()
  if (!kernels) throw new Error('the compiled kernels do not run here')
  const { fraction, bias, infinity, nan, values } = type
  const { dim, bits, zero } = grids
  const bitsOf = new Uint32Array(values.buffer, values.byteOffset, 16)
  const rowBytes = Math.ceil((dim * bits) / 8)
  forBlocks(input.length / dim, dim, (start, count) => {
    const sizes = [count * dim, 16, 16, 1024, 1024, 4, count * 4, count * 4, count * rowBytes, 9 * dim + 64]
    const [x, upper, lower, scales, quick, middle, own, tried, out, scratch, found] =
      /** @type {[number, number, number, number, number, number, number, number, number, number, number]} */ (
        reserve(kernels, ...sizes, count * sumsPerRow * 8)
      )
    const { buffer } = kernels.memory
    new Uint8Array(buffer, x, count * dim).set(input.subarray(start * dim, (start + count) * dim))
    new Uint8Array(buffer, upper, 16).set(bitsOf.map((word) => word >>> 24))
    new Uint8Array(buffer, lower, 16).set(bitsOf.map((word) => (word >>> 16) & 0xff))
    new Float32Array(buffer, scales, 256).set(grids.scales)
    new Float32Array(buffer, quick, 256).set(grids.quick)
    new Float32Array(buffer, middle, 1)[0] = zero
    kernels.endsOfEightBits(x, count, dim, scales, quick, own, tried)
    kernels.quantizeEightBits(
      ...[x, count, dim, fraction, bias, infinity, nan, upper, lower, bits, own, tried, middle, out, scratch, found]
    )
    codes.set(new Uint8Array(buffer, out, count * rowBytes), start * rowBytes)
    scale.set(new Float32Array(buffer, own, count), start)
    visit(start, new Float64Array(buffer, found, count * sumsPerRow))
  })
}
