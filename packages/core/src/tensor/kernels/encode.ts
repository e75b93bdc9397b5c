import { codeBytes, SlimbedError } from '@slimbed/runtime'
import { packCodes } from '../../bits/pack-codes.js'
import { type GridSet, groupsOf, isShared } from './grids.js'
import { compiledKernels, forBlocks, reserve } from './instance.js'

/** Adding and subtracting it rounds a float64 of magnitude below 2^51 to an integer, half to even. */
const rounder = 1.5 * 2 ** 52

/** `encodeRows`, in JavaScript. */
export function plainEncode(values: Float32Array, grids: GridSet, codes: Uint8Array, row = 0): void {
  const { dim, bits, groupSize, scale, zero } = grids
  const rows = values.length / dim
  const groups = groupsOf(grids)
  const shared = isShared(grids, row + rows)
  const top = 2 ** bits - 1
  const whole = bits <= 8 ? new Uint8Array(values.length) : new Uint16Array(values.length)
  for (let i = 0, at = 0; i < rows * groups; i++) {
    const index = shared ? i % groups : row * groups + i
    const s = scale[index]
    const z = typeof zero === 'number' ? zero : zero[index]
    for (const end = at + Math.min(groupSize, dim - (at % dim)); at < end; at++) {
      const place = s === 0 ? Math.ceil(z) : values[at] / s + z
      whole[at] = Math.min(Math.max(place, 0), top) + rounder - rounder
    }
  }
  packCodes(whole, dim, bits, codes, row)
}

/**
 * Quantizes whole rows of `dim` values to rows `row …` of `codes`, packed as `quantized` holds them: `value / scale + zero`,
 * computed in float64, rounded half to even and held within the codes. A scale of 0 stands for zeros: the code is then the
 * first not below `zero`.
 *
 * The grids are those of all rows of `codes`. Throws `bad-input` when they, or `codes`, are too few.
 */
export function encodeRows(values: Float32Array, grids: GridSet, codes: Uint8Array, row = 0): void {
  const { dim, bits, groupSize, scale, zero } = grids
  const kernels = bits <= 8 ? compiledKernels() : undefined
  if (!kernels) {
    plainEncode(values, grids, codes, row)
    return
  }
  const groups = groupsOf(grids)
  const rows = values.length / dim
  const shared = isShared(grids, row + rows)
  const rowBytes = codeBytes(dim, bits)
  if (!Number.isInteger(rows) || (row + rows) * rowBytes > codes.length) {
    const message = `${values.length} values in rows of ${dim} at ${bits} bits do not fit ${codes.length} bytes from row ${row}`
    throw new SlimbedError('bad-input', `encodeRows: ${message}`)
  }
  forBlocks(rows, dim, (start, count) => {
    const size = (shared ? 1 : count) * groups
    const first = shared ? 0 : (row + start) * groups
    const sizes = [count * dim * 4, size * 4, size * 4, count * rowBytes, dim + 8]
    const [x, scales, zeros, out, scratch] = reserve(kernels, ...sizes) as [number, number, number, number, number]
    const { buffer } = kernels.memory
    new Float32Array(buffer, x, count * dim).set(values.subarray(start * dim, (start + count) * dim))
    new Float32Array(buffer, scales, size).set(scale.subarray(first, first + size))
    if (typeof zero === 'number') new Float32Array(buffer, zeros, size).fill(zero)
    else new Float32Array(buffer, zeros, size).set(zero.subarray(first, first + size))
    kernels.encode(x, count, dim, bits, groupSize, scales, zeros, shared, out, scratch)
    codes.set(new Uint8Array(buffer, out, count * rowBytes), (row + start) * rowBytes)
  })
}
