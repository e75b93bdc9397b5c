import { codeBytes } from '@slimbed/runtime'
import { sumsPerRow } from './compare.js'
import { type GridSet, groupsOf, isShared } from './grids.js'
import { compiledKernels, forBlocks, reserve } from './instance.js'

type Kernels = NonNullable<ReturnType<typeof compiledKernels>>

/** Packed codes and their grids. */
export interface Codes {
  readonly codes: Uint8Array
  readonly grids: GridSet
}

/** What is done with a block of rows that were decoded to `values` in the kernels' memory, beside other room there. */
type Visit = (kernels: Kernels, values: number, more: readonly number[], start: number, count: number) => void

/** Decodes rows `row … row + count`, block by block; `roomFor` says what more room a block of rows needs, in bytes. */
function decodeBlocks(
  { codes, grids }: Codes,
  row: number,
  count: number,
  roomFor: (count: number) => readonly number[],
  visit: Visit
): boolean {
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
    const found = reserve(kernels, ...sizes, ...roomFor(some))
    const [packed, scales, zeros, values, scratch] = found as [number, number, number, number, number]
    const { buffer } = kernels.memory
    const from = (row + start) * rowBytes
    new Uint8Array(buffer, packed, some * rowBytes).set(codes.subarray(from, from + some * rowBytes))
    new Float32Array(buffer, scales, size).set(scale.subarray(first, first + size))
    if (typeof zero === 'number') new Float32Array(buffer, zeros, size).fill(zero)
    else new Float32Array(buffer, zeros, size).set(zero.subarray(first, first + size))
    kernels.decode(packed, some, dim, bits, groupSize, scales, zeros, shared, values, scratch)
    visit(kernels, values, found.slice(sizes.length), start, some)
  })
  return true
}

/**
 * Writes rows `row … row + count` of packed `codes` to `out[0 .. count · dim)` as `(code − zero) · scale`, computed in float64
 * and rounded to float32; false where the kernels do not run, or there are more than 8 bits.
 */
export function decodeRows(codes: Uint8Array, grids: GridSet, row: number, count: number, out: Float32Array): boolean {
  const { dim } = grids
  return decodeBlocks(
    { codes, grids },
    row,
    count,
    () => [],
    ({ memory }, values, _, start, some) => {
      out.set(new Float32Array(memory.buffer, values, some * dim), start * dim)
    }
  )
}

/**
 * Compares `a`, whole rows of values, with rows `row …` of packed codes: the sums of `compareRows`, without the decoded rows leaving
 * the kernels. False as `decodeRows`.
 */
export function compareCodes(a: Float32Array, { codes, grids }: Codes, row: number, sums: Float64Array): boolean {
  const { dim } = grids
  return decodeBlocks(
    { codes, grids },
    row,
    a.length / dim,
    (count) => [count * dim * 4, count * sumsPerRow * 8],
    (kernels, values, more, start, count) => {
      const [own, found] = more as [number, number]
      const { buffer } = kernels.memory
      new Float32Array(buffer, own, count * dim).set(a.subarray(start * dim, (start + count) * dim))
      kernels.compare(own, values, count, dim, found)
      sums.set(new Float64Array(buffer, found, count * sumsPerRow), start * sumsPerRow)
    }
  )
}
