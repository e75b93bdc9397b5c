import type { JsonObject, Table } from './table.js'
import { bytesPerElement, type DType, elements } from './tensor.js'

/** What a node of a table is made of, without its numbers: a table has it, and so has one that lies in a file. */
export interface TableShape {
  readonly kind: string
  readonly rows: number
  readonly dim: number
  readonly config: JsonObject
  readonly tensors: Readonly<Record<string, { readonly dtype: DType; readonly shape: readonly number[] }>>
  readonly children: Readonly<Record<string, TableShape>>
}

/** A node of a table with the names of the children that lead to it. */
export interface Node<T = Table> {
  readonly path: readonly string[]
  readonly table: T
}

/** Every node of a table, each before its children. */
export function* walk<T extends { readonly children: Readonly<Record<string, T>> } = Table>(
  table: T,
  path: readonly string[] = []
): Generator<Node<T>> {
  yield { path, table }
  for (const [name, child] of Object.entries(table.children)) yield* walk(child, [...path, name])
}

/** The nodes of a table that have no children. */
export function* leaves(table: Table): Generator<Node> {
  for (const node of walk(table)) if (Object.keys(node.table.children).length === 0) yield node
}

/** Bytes of a node's own tensors, without those of its children. */
export function nodeBytes(table: Pick<TableShape, 'tensors'>): number {
  let bytes = 0
  for (const { dtype, shape } of Object.values(table.tensors)) bytes += elements(shape) * bytesPerElement[dtype]
  return bytes
}

/** Bytes of all tensors of a table. */
export function tableBytes(table: TableShape): number {
  let bytes = 0
  for (const node of walk<TableShape>(table)) bytes += nodeBytes(node.table)
  return bytes
}
