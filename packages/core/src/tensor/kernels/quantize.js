import { sumsPerRow } from './compare.js'
import { compiledKernels, forBlocks, reserve } from './instance.js'

// Plain JavaScript, as what it builds on: threads run it too, from the sources and from the build.

/**
 * Rows of `dim` values to be quantized: `scale` has a value for each group of columns, of each row or of all; `zero` one for all, or
 * as many as `scale`.
 * @typedef {{
 *   readonly input: Float32Array, readonly dim: number, readonly bits: number, readonly groupSize: number,
 *   readonly scale: Float32Array, readonly zero: number | Float32Array
 * }} Quantizing
 */

/**
 * `encodeRows` of whole rows to `codes` from its beginning on, and the sums of `compareRows` of each row and what it became to
 * `sums`, if there are any to be had. False where the kernels do not run, or there are more than 8 bits.
 * @param {Quantizing} given
 * @param {Uint8Array} codes
 * @param {Float64Array | undefined} sums
 */
export function quantizeRows({ input, dim, bits, groupSize, scale, zero }, codes, sums) {
  const kernels = bits <= 8 ? compiledKernels() : undefined
  if (!kernels) return false
  const groups = Math.ceil(dim / groupSize)
  const rows = input.length / dim
  const shared = scale.length === groups && rows !== 1
  const rowBytes = Math.ceil((dim * bits) / 8)
  forBlocks(rows, dim, (start, count) => {
    const size = (shared ? 1 : count) * groups
    const first = shared ? 0 : start * groups
    const sizes = [
      count * dim * 4,
      size * 4,
      size * 4,
      count * rowBytes,
      5 * dim + 24,
      sums ? count * sumsPerRow * 8 : 0
    ]
    const [x, scales, zeros, out, scratch, found] = /** @type {[number, number, number, number, number, number]} */ (
      reserve(kernels, ...sizes)
    )
    const { buffer } = kernels.memory
    new Float32Array(buffer, x, count * dim).set(input.subarray(start * dim, (start + count) * dim))
    new Float32Array(buffer, scales, size).set(scale.subarray(first, first + size))
    if (typeof zero === 'number') new Float32Array(buffer, zeros, size).fill(zero)
    else new Float32Array(buffer, zeros, size).set(zero.subarray(first, first + size))
    if (sums) kernels.quantize(x, count, dim, bits, groupSize, scales, zeros, shared, out, scratch, found)
    else kernels.encode(x, count, dim, bits, groupSize, scales, zeros, shared, out, scratch)
    codes.set(new Uint8Array(buffer, out, count * rowBytes), start * rowBytes)
    sums?.set(new Float64Array(buffer, found, count * sumsPerRow), start * sumsPerRow)
  })
  return true
}
