import type { Table } from '@slimbed/runtime'
import { matrixOf } from './deferred.js'
import type { Matrix } from './matrix.js'
import type { TensorAdapter } from './tensor/adapter.js'

/** Rows that are decoded one at a time. */
function rowByRow(table: Table): Matrix {
  const { rows, dim } = table
  return {
    rows,
    dim,
    async read(start, count) {
      const out = new Float32Array(count * dim)
      for (let i = 0; i < count; i++) table.readRow(start + i, out.subarray(i * dim, (i + 1) * dim))
      return out
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
    async read(start, count) {
      const out = new Float32Array(count * dim)
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

/**
 * A table as a matrix whose rows are decoded block by block as they are read; sums of products are the adapter's, so
 * they may differ from `readRow` in the last bits.
 */
export async function expand(table: Table, tensor: TensorAdapter): Promise<Matrix> {
  const dense = matrixOf(table)
  if (dense) return dense
  const children = Object.values(table.children)
  if (table.kind === 'product') {
    const { left, right } = table.children
    return multiplied(await expand(left!, tensor), await expand(right!, tensor), tensor)
  }
  if (table.kind === 'partition') {
    const parts = await Promise.all(children.map((child) => expand(child, tensor)))
    return interleaved(table.tensors.group!.data, parts, table.dim)
  }
  return rowByRow(table)
}
