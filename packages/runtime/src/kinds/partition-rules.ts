import type { Matrix } from '../matrix.js'
import type { Table } from '../table.js'
import { checkRows } from './blocks.js'
import { indexTypes, tensorOf } from './kind.js'
import { positions } from './partition.js'

/** A `partition` in blocks: within a block, the rows of one part are consecutive rows of that part. */
export function expandPartition(table: Table, operands: Readonly<Record<string, Matrix>>): Matrix {
  const { rows, dim } = table
  const group = tensorOf(table.tensors, 'group', indexTypes, 1).data
  const parts = Object.keys(table.children).map((_name, id) => operands[String(id)])
  const position = positions(group, parts)
  return {
    rows,
    dim,
    async read(start, count, into) {
      checkRows(rows, start, count)
      const out = into ?? new Float32Array(count * dim)
      const members = parts.map((): number[] => [])
      for (let i = 0; i < count; i++) members[group[start + i]].push(i)
      for (const [p, own] of members.entries()) {
        if (own.length === 0) continue
        const block = await parts[p].read(position[start + own[0]], own.length)
        own.forEach((i, k) => {
          out.set(block.subarray(k * dim, (k + 1) * dim), i * dim)
        })
      }
      return out
    }
  }
}
