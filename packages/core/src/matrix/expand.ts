import { floatsOf, SlimbedError, type Table, type Tensor } from '@slimbed/runtime'
import type { TensorAdapter } from '../tensor/adapter.js'
import { type Codes, decodeRows } from '../tensor/kernels/decode.js'
import type { GridSet } from '../tensor/kernels/grids.js'
import { matrixOf } from './deferred.js'
import { encodedOf, holdCodes } from './encoded.js'
import { checkRows, type Matrix } from './matrix.js'

/** Rows that are decoded one at a time. */
function rowByRow(table: Table): Matrix {
  const { rows, dim } = table
  const row = new Float32Array(dim)
  return {
    rows,
    dim,
    async read(start, count, into) {
      const out = into ?? new Float32Array(count * dim)
      for (let i = 0; i < count; i++) {
        table.readRow(start + i, row)
        out.set(row, i * dim)
      }
      return out
    }
  }
}

function floats({ dtype, shape, data }: Tensor): Float32Array {
  if (data instanceof Float32Array) return data
  if (dtype === 'F16' && data instanceof Uint16Array) return floatsOf({ dtype, shape, data })
  throw new SlimbedError('bad-input', `a scale or zero of ${dtype}`)
}

/** The codes and grids of a `quantized` table; undefined for codes that the kernels do not take. */
export function codesOf({ dim, config, tensors }: Table): Codes | undefined {
  const { codes, scale, zero } = tensors
  if (!(codes!.data instanceof Uint8Array)) return undefined
  const grids: GridSet = {
    dim,
    bits: Number(config.bits),
    groupSize: Number(config.groupSize),
    scale: floats(scale!),
    zero: zero ? floats(zero) : Number(config.zero)
  }
  return { codes: codes!.data, grids }
}

/** Codes by whole blocks, where the kernels take them. */
function decoded(table: Table): Matrix {
  const { rows, dim } = table
  const coded = codesOf(table)
  const slow = rowByRow(table)
  return {
    rows,
    dim,
    async read(start, count, into) {
      checkRows(rows, start, count)
      const out = into ?? new Float32Array(count * dim)
      const done = coded && decodeRows(coded.codes, coded.grids, start, count, out)
      return done ? out : slow.read(start, count, out)
    }
  }
}

/** A product by whole blocks: the adapter multiplies far faster than a row at a time. */
async function multiplied(left: Matrix, right: Matrix, tensor: TensorAdapter): Promise<Matrix> {
  const { rows: rank, dim } = right
  const factor = { rows: rank, dim, data: await right.read(0, rank) }
  return {
    rows: left.rows,
    dim,
    async read(start, count) {
      const block = { rows: count, dim: rank, data: await left.read(start, count) }
      return (await tensor.matmul(block, factor)).data
    }
  }
}

/** Rows of several parts: within a block, the rows of one part are consecutive rows of that part. */
function interleaved(group: ArrayLike<number>, parts: readonly Matrix[], dim: number): Matrix {
  const rows = group.length
  const position = new Uint32Array(rows)
  const sizes = new Uint32Array(parts.length)
  for (let i = 0; i < rows; i++) position[i] = sizes[group[i]!]!++
  return {
    rows,
    dim,
    async read(start, count, into) {
      const out = into ?? new Float32Array(count * dim)
      const members = parts.map((): number[] => [])
      for (let i = 0; i < count; i++) members[group[start + i]!]!.push(i)
      for (const [p, own] of members.entries()) {
        if (own.length === 0) continue
        const block = await parts[p]!.read(position[start + own[0]!]!, own.length)
        own.forEach((i, k) => {
          out.set(block.subarray(k * dim, (k + 1) * dim), i * dim)
        })
      }
      return out
    }
  }
}

/** A sum by whole blocks. */
const added = (terms: readonly Matrix[], { rows, dim }: Table): Matrix => ({
  rows,
  dim,
  async read(start, count, into) {
    const out = into ?? new Float32Array(count * dim)
    for (const [i, term] of terms.entries()) {
      const block = await term.read(start, count)
      if (i === 0) out.set(block)
      else for (let at = 0; at < out.length; at++) out[at]! += block[at]!
    }
    return out
  }
})

/**
 * A table as a matrix whose rows are decoded block by block as they are read; sums of products are the adapter's, so
 * they may differ from `readRow` in the last bits.
 */
export async function expand(table: Table, tensor: TensorAdapter): Promise<Matrix> {
  const dense = matrixOf(table)
  if (dense) return dense
  if (encodedOf(table)) return decoded(await holdCodes(table, tensor))
  const children = Object.values(table.children)
  if (table.kind === 'product') {
    const { left, right } = table.children
    return multiplied(await expand(left!, tensor), await expand(right!, tensor), tensor)
  }
  if (table.kind === 'partition') {
    const parts = await Promise.all(children.map((child) => expand(child, tensor)))
    return interleaved(table.tensors.group!.data, parts, table.dim)
  }
  if (table.kind === 'sum') return added(await Promise.all(children.map((child) => expand(child, tensor))), table)
  return table.kind === 'quantized' ? decoded(table) : rowByRow(table)
}
