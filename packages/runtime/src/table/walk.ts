import type { Table } from './table.js'
import { bytesPerElement, elements } from './tensor.js'

/** A node of a table with the names of the children that lead to it. */
export interface Node {
  readonly path: readonly string[]
  readonly table: Table
}

/** Every node of a table, each before its children. */
export function* walk(table: Table, path: readonly string[] = []): Generator<Node> {
  yield { path, table }
  for (const [name, child] of Object.entries(table.children)) yield* walk(child, [...path, name])
}

/** The nodes of a table that have no children. */
export function* leaves(table: Table): Generator<Node> {
  for (const node of walk(table)) if (Object.keys(node.table.children).length === 0) yield node
}

/** Bytes of a node's own tensors, without those of its children. */
export function nodeBytes(table: Table): number {
  let bytes = 0
  for (const { dtype, shape } of Object.values(table.tensors)) bytes += elements(shape) * bytesPerElement[dtype]
  return bytes
}

/** Bytes of all tensors of a table. */
export function tableBytes(table: Table): number {
  let bytes = 0
  for (const node of walk(table)) bytes += nodeBytes(node.table)
  return bytes
}
