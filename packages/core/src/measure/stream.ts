import type { Matrix, Table } from '@slimbed/runtime'
import { codesOf, factorsOf, floatCodes } from '@slimbed/runtime/kinds'
import { throwIfAborted } from '../abort.js'
import { type Block, blocksIn } from '../matrix/blocks.js'
import { computeCodes } from '../matrix/compute.js'
import { expand } from '../matrix/expand.js'
import { type Keep, lazyOf, type Stream } from '../matrix/lazy.js'
import { compareRows, sumsPerRow } from '../tensor/kernels/compare.js'
import { compareCodes } from '../tensor/kernels/decode.js'
import type { RowsPart } from '../tensor/ops/over-rows.js'
import { rowsPerJob } from '../tensor/threads/rows-per-job.js'

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array) => new Uint8Array(buffer, byteOffset, byteLength)

/** Blocks that are decoded before they are compared: the calling thread decodes one while others multiply the one before. */
const decodedAhead = 2

/** Compares block by block with what the table is expanded to. */
const streamBlocks =
  (table: Table, original: Matrix): Stream =>
  async ({ tensor, tally, ...pass }) => {
    const { dim } = original
    const ready = await computeCodes(table, tensor, pass)
    const decoded = await expand(ready, tensor)
    // Codes that have been passed on are read as rows.
    const codes = lazyOf(ready) ? undefined : codesOf(ready)
    const grids = codes && floatCodes(codes)
    const coded = grids && { codes: grids.codes, grids }
    const compare = async ({ start, count, data }: Block, ahead: AsyncGenerator<Block> | undefined) => {
      const found = new Float64Array(count * sumsPerRow)
      if (coded && compareCodes(data, coded, start, found)) return found
      const next = await ahead?.next()
      const values = next?.done === false ? next.value.data : await decoded.read(start, count)
      compareRows(data, values, dim, found)
      return found
    }
    const part: RowsPart<never> = async (start, count, _, own, add) => {
      const range = { start, count, bytes: 4 * dim * rowsPerJob(dim) }
      const ahead = coded ? undefined : blocksIn(decoded, { ...range, depth: decodedAhead })
      try {
        for await (const block of blocksIn(original, range)) {
          throwIfAborted(own.signal)
          add?.(block.start, await compare(block, ahead))
          own.progress?.(block.start - start + block.count, count)
        }
      } finally {
        await ahead?.return(undefined)
      }
    }
    const totals = await tensor.overRows(original, { name: 'measure', part, tally }, pass)
    return { table: ready, totals }
  }

/** Compares with a product on threads. If `left` is a lazy projection of the matrix, the same pass computes it. */
const streamProduct =
  (table: Table, original: Matrix): Stream =>
  async ({ tensor, tally, keepOf, ...pass }) => {
    const ready = await computeCodes(table, tensor, pass)
    const { left, right } = factorsOf(ready)!
    const [rows, factor] = await Promise.all([expand(left, tensor), expand(right, tensor)])
    const small = { rows: factor.rows, dim: factor.dim, data: await factor.read(0, factor.rows) }
    // The tensor has a name where the kind's operand is its child of that name.
    const kept = ready.children.left === left ? keepOf?.(ready) : undefined
    const keep = kept && ((block: Float32Array) => kept('left.data', bytesOf(block)))
    return { table: ready, totals: await tensor.compareProduct(original, rows, small, tally, { ...pass, keep }) }
  }

/** One pass that projects rows, quantizes them, and compares the product, if that is what the table is. */
function streamCoded(table: Table, original: Matrix, backend: string): Stream | undefined {
  const { left, right } = table.children
  const factors = factorsOf(table)
  if (!factors || factors.left !== left || factors.right !== right) return undefined
  const through = lazyOf(left)?.streamThrough?.(original, backend)
  if (!through) return undefined
  return async ({ tensor, tally, keepOf, ...pass }) => {
    const ready = await computeCodes(right, tensor, pass)
    const { rows, dim } = ready
    const data = await (await expand(ready, tensor)).read(0, rows)
    const whole = (own: Table) => table.with({ left: own, right: ready })
    const keepLeft = (own: Table): Keep => {
      const keep = keepOf?.(whole(own))
      return async (name, bytes) => keep?.(`left.${name}`, bytes)
    }
    const made = await through({ rows, dim, data })({ tensor, tally, keepOf: keepOf && keepLeft, ...pass })
    return { table: whole(made.table), totals: made.totals }
  }
}

/** A pass that computes a table and compares it with the matrix that it is computed from; undefined where there is none. */
export const streamComputed = (table: Table, original: Matrix, backend: string): Stream | undefined =>
  lazyOf(table)?.streamOver(original) ?? streamCoded(table, original, backend)

/** The pass that compares a table with a matrix: one that computes it, else on threads for a product, else block by block. */
export const streamOver = (table: Table, original: Matrix, backend: string): Stream =>
  streamComputed(table, original, backend) ?? (factorsOf(table) ? streamProduct : streamBlocks)(table, original)
