import type { Matrix, Table } from '@slimbed/runtime'
import { codesOf, factorsOf, floatCodes } from '@slimbed/runtime/kinds'
import { throwIfAborted } from '../abort.js'
import { blocksOf } from '../matrix/blocks.js'
import { computeCodes } from '../matrix/compute.js'
import { expand } from '../matrix/expand.js'
import { lazyOf, type Stream } from '../matrix/lazy.js'
import { compareRows, sumsPerRow } from '../tensor/kernels/compare.js'
import { compareCodes } from '../tensor/kernels/decode.js'

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array) => new Uint8Array(buffer, byteOffset, byteLength)

/** Blocks that are decoded before they are compared: the calling thread decodes one while others multiply the one before. */
const decodedAhead = 2

/** Compares block by block with what the table is expanded to. */
const streamBlocks =
  (table: Table, original: Matrix): Stream =>
  async ({ tensor, startSums, signal, progress }) => {
    const { rows, dim } = original
    const ready = await computeCodes(table, tensor, { signal, progress })
    const decoded = await expand(ready, tensor)
    const codes = codesOf(ready)
    const grids = codes && floatCodes(codes)
    const coded = grids && { codes: grids.codes, grids }
    const ahead = coded ? undefined : blocksOf(decoded, undefined, decodedAhead)
    const visit = startSums()
    let found = new Float64Array(0)
    try {
      for await (const { start, count, data } of blocksOf(original)) {
        throwIfAborted(signal)
        // The first block is the largest.
        if (start === 0) found = new Float64Array(count * sumsPerRow)
        if (!coded || !compareCodes(data, coded, start, found)) {
          const next = await ahead?.next()
          const values = next?.done === false ? next.value.data : await decoded.read(start, count)
          compareRows(data, values, dim, found)
        }
        visit(start, found.subarray(0, count * sumsPerRow))
        progress?.(start + count, rows)
      }
    } finally {
      await ahead?.return(undefined)
    }
    return ready
  }

/** Compares with a product on threads. If `left` is a lazy projection of the matrix, the same pass computes it. */
const streamProduct =
  (table: Table, original: Matrix): Stream =>
  async ({ tensor, startSums, keepOf, ...pass }) => {
    const ready = await computeCodes(table, tensor, pass)
    const { left, right } = factorsOf(ready)!
    const [rows, factor] = await Promise.all([expand(left, tensor), expand(right, tensor)])
    const small = { rows: factor.rows, dim: factor.dim, data: await factor.read(0, factor.rows) }
    // The tensor has a name where the kind's operand is its child of that name.
    const kept = ready.children.left === left ? keepOf?.(ready) : undefined
    const keep = kept && ((block: Float32Array) => kept('left.data', bytesOf(block)))
    await tensor.compareProduct(original, rows, small, startSums(), { ...pass, keep })
    return ready
  }

/** The pass that compares a table with a matrix: the lazy table's own, else on threads for a product, else block by block. */
export const streamOver = (table: Table, original: Matrix): Stream =>
  lazyOf(table)?.streamOver(original) ?? (factorsOf(table) ? streamProduct : streamBlocks)(table, original)
