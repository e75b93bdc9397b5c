import { codeBytes } from '@slimbed/runtime'
import { type GridSet, groupsOf, isShared } from './grids.js'
import { compiledKernels, forBlocks, reserve } from './instance.js'

/**
 * Writes rows `row … row + count` of packed `codes` to `out[0 .. count · dim)` as `(code − zero) · scale`, computed in float64
 * and rounded to float32; false where the kernels do not run, or there are more than 8 bits.
 */
export function decodeRows(codes: Uint8Array, grids: GridSet, row: number, count: number, out: Float32Array): boolean {
  const { dim, bits, groupSize, scale, zero } = grids
  const kernels = bits <= 8 ? compiledKernels() : undefined
  if (!kernels) return false
  const groups = groupsOf(grids)
  const shared = isShared(grids, row + count)
  const rowBytes = codeBytes(dim, bits)
  forBlocks(count, dim, (start, some) => {
    const size = (shared ? 1 : some) * groups
    const first = shared ? 0 : (row + start) * groups
    const sizes = [some * rowBytes, size * 4, size * 4, some * dim * 4, dim + 8]
    const [packed, scales, zeros, values, scratch] = reserve(kernels, ...sizes) as [
      number,
      number,
      number,
      number,
      number
    ]
    const { buffer } = kernels.memory
    const from = (row + start) * rowBytes
    new Uint8Array(buffer, packed, some * rowBytes).set(codes.subarray(from, from + some * rowBytes))
    new Float32Array(buffer, scales, size).set(scale.subarray(first, first + size))
    if (typeof zero === 'number') new Float32Array(buffer, zeros, size).fill(zero)
    else new Float32Array(buffer, zeros, size).set(zero.subarray(first, first + size))
    kernels.decode(packed, some, dim, bits, groupSize, scales, zeros, shared, values, scratch)
    out.set(new Float32Array(buffer, values, some * dim), start * dim)
  })
  return true
}
