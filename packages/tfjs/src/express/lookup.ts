import type { Table } from '@slimbed/core'
import type { Lookup } from '../find/tables.js'
import type { GraphNode } from '../model/types.js'
import { createBuilder, type Pool, typeAttr } from './builder.js'
import { concat, reshape } from './operations.js'
import { writeTable } from './patterns.js'

/** The nodes that stand for a lookup, and where its rows are. */
export interface WrittenLookup {
  /** The last one has the name of the node that was there. */
  readonly nodes: readonly GraphNode[]
  /** The input with the numbers of rows. */
  readonly ids: string
  /** The node with the rows: of `[…ids, dim]`, or of one dimension of numbers. */
  readonly rows: string
}

/**
 * The nodes that take rows of a table, which may be a sample of one of `values` values, as a node of the model did. Weights go to the pool; `table` and `lookup` begin new names. Throws
 * `unsupported` for kinds that have no pattern.
 */
export function writeLookup(
  table: Table,
  { node, takes }: Lookup,
  pool: Pool,
  names: { readonly table: string; readonly lookup: string },
  values = table.rows * table.dim
): WrittenLookup {
  const [, ids, ...others] = node.input ?? []
  const b = createBuilder(pool, names.table, names.lookup)
  const flat = reshape(b, ids, [-1])
  const rows = writeTable(table, flat, b, values)
  if (takes === 'segments') {
    const count = b.node('Size', [ids], { out_type: typeAttr('int32') })
    const places = b.node('Range', [b.whole([0], []), count, b.whole([1], [])], { Tidx: typeAttr('int32') })
    const [segments, ...more] = others
    return { nodes: [...b.nodes, { ...node, input: [rows, places, segments, ...more] }], ids, rows }
  }
  const shape = b.node('Shape', [ids], { out_type: typeAttr('int32') })
  const whole = concat(b, [shape, b.whole([table.dim])], 0)
  // What must be done before the lookup, must be done before this.
  const before = others.filter((input) => input.startsWith('^'))
  const last = { name: node.name, op: 'Reshape', input: [rows, whole, ...before], attr: { Tshape: typeAttr('int32') } }
  return { nodes: [...b.nodes, last], ids, rows: node.name }
}
