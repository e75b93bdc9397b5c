import { childOf, numbered } from '../check.js'
import type { RemoteParts, Selection } from '../remote/node.js'
import { once, together } from '../remote/together.js'
import type { Matrix } from '../table/matrix.js'
import type { Parts, Table } from '../table/table.js'
import { checkRows } from './blocks.js'
import { dense } from './dense.js'
import { indexTypes, tensorOf, type WeightsRule } from './kind.js'
import { positions } from './positions.js'

/** The groups and tables of a partition. */
export const partitionParts = ({ tensors, children }: Table): Parts => ({
  group: tensorOf(tensors, 'group', indexTypes, 1).data,
  parts: numbered(children)
})

/** The weights of the rows of each part. */
export const partitionWeights: WeightsRule = (table, weights) => {
  const { group, parts } = partitionParts(table)
  const position = positions(group, parts)
  const own = parts.map(({ rows }) => new Float32Array(rows))
  for (let i = 0; i < group.length; i++) own[group[i]][position[i]] = weights[i]
  return Object.fromEntries(own.entries())
}

/** A `partition` in blocks: within a block, the rows of one part are consecutive rows of that part. */
export function expandPartition(table: Table, operands: Readonly<Record<string, Matrix>>): Matrix {
  const { rows, dim } = table
  const { group } = partitionParts(table)
  const parts = numbered(operands)
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

/** Some rows are a partition of some rows of the parts; their positions follow from the groups of all rows. */
export function selectPartition({ load, config, tensors, children }: RemoteParts): Selection {
  const group = tensorOf(tensors, 'group', indexTypes, 1)
  const parts = numbered(children)
  const placed = once(async (options) => {
    const ids = (await group.all(options)).data
    return { ids, position: positions(ids, parts) }
  })
  const { dim } = childOf(children, '0')
  // A part of which no rows are wanted is not read, nor are the factors that all of its rows need.
  const none = Promise.resolve(dense(0, dim, new Float32Array()))
  return {
    rows: group.shape[0],
    dim,
    async take(rows, options) {
      const { ids, position } = await placed(options)
      const data = rows.map((row) => ids[row])
      const own = parts.map((): number[] => [])
      for (const row of rows) own[ids[row]].push(position[row])
      const taken = await together(children, (part, name) => {
        const some = own[Number(name)]
        return some.length > 0 ? part.take(Uint32Array.from(some), options) : none
      })
      return load(config, { group: { dtype: 'U32', shape: [data.length], data } }, taken)
    }
  }
}
