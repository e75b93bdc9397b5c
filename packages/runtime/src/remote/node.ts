import type { JsonObject, Table, TableKind } from '../table.js'
import type { ReadOptions } from './source.js'
import type { StoredTensor } from './stored.js'

/** A node of a table whose numbers are in a file and are read when they are asked for. */
export interface RemoteNode {
  readonly kind: string
  readonly rows: number
  readonly dim: number
  readonly tensors: Readonly<Record<string, StoredTensor>>
  readonly children: Readonly<Record<string, RemoteNode>>
  /** The table of the rows `ids`, in that order. */
  take(ids: Uint32Array, options: ReadOptions): Promise<Table>
  /** The table of all rows, read once. */
  whole(options: ReadOptions): Promise<Table>
}

/** The parts of a node as the file has them. */
export interface RemoteParts {
  readonly kind: TableKind
  readonly config: JsonObject
  readonly tensors: RemoteNode['tensors']
  readonly children: RemoteNode['children']
}

/** The values of a record, awaited together. */
export async function together<A, B>(
  record: Readonly<Record<string, A>>,
  read: (value: A, name: string) => Promise<B>
): Promise<Record<string, B>> {
  const entries = Object.entries(record).map(async ([name, value]) => [name, await read(value, name)] as const)
  return Object.fromEntries(await Promise.all(entries))
}

/** Remembers what a read resolved to; one that failed is tried again. */
export function once<T>(read: (options: ReadOptions) => Promise<T>): (options: ReadOptions) => Promise<T> {
  let found: { readonly value: T } | undefined
  return async (options) => {
    found ??= { value: await read(options) }
    return found.value
  }
}
