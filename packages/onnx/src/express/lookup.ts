import type { Table } from '@slimbed/core'
import { valuesOf } from '@slimbed/runtime/kinds'
import type { NewNode } from '../model/encode.js'
import { types } from '../model/types.js'
import { createBuilder, type Pool } from './builder.js'
import { cast, longs, reshape } from './operations.js'
import { writeTable } from './patterns.js'
import type { Tied } from './tied/pattern.js'

/** What a lookup must keep. */
export interface Place {
  readonly ids: string
  readonly output: string
  /** The type of the rows. */
  readonly type: number
  /** Values of the whole table, where the one that is written is a sample of it. */
  readonly values?: number
}

/** Nodes whose last one makes `output`. */
export function ending(nodes: readonly NewNode[], made: string, output: string, name: string): readonly NewNode[] {
  if (nodes.at(-1)?.outputs[0] !== made)
    return [...nodes, { opType: 'Identity', name, inputs: [made], outputs: [output] }]
  return nodes.map((node) => (node.outputs[0] === made ? { ...node, outputs: [output] } : node))
}

/**
 * The nodes that take rows of a table as `Gather` did: the same names of row numbers and rows, the same type. Tensors go to the pool; `tied` says
 * how they lie where heads use them, too. Throws
 * `unsupported` for a kind that has no pattern, and for opsets that are too old.
 */
export function writeLookup(
  table: Table,
  { ids, output, type, values: all }: Place,
  opset: number,
  pool: Pool,
  tied?: Tied
): readonly NewNode[] {
  const b = createBuilder(opset, pool)
  const values = tied ? undefined : valuesOf(table)
  const plain = values?.dtype === 'F32' || values?.dtype === 'F16'
  if (values?.dtype === 'F16' && type === types.FLOAT16) {
    const stored = b.tensor('table', type, [table.rows, table.dim], values.data)
    return ending(b.nodes, b.node('Gather', [stored, ids], { axis: 0 }), output, pool.fresh(output))
  }
  const numbers = plain ? ids : reshape(b, ids, [-1])
  let made = tied ? tied.rows(numbers, b) : writeTable(table, numbers, b, all)
  if (!plain) {
    // Row numbers may have any shape.
    const shape = b.node('Concat', [b.node('Shape', [ids]), longs(b, [table.dim])], { axis: 0 })
    made = b.node('Reshape', [made, shape])
  }
  if (type !== types.FLOAT) made = cast(b, made, type)
  return ending([...b.nodes], made, output, pool.fresh(output))
}
