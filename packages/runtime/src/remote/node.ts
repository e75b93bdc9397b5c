import type { JsonObject, LoadNode, Table } from '../table/table.js'
import type { DType, Tensor } from '../table/tensor.js'
import type { ReadOptions } from './source.js'

/** A tensor that is in a file. */
export interface StoredTensor {
  readonly dtype: DType
  readonly shape: readonly number[]
  /** All of it, its checksum compared; read once. */
  all(options: ReadOptions): Promise<Tensor>
  /** The rows `ids` of its first axis. */
  rows(ids: Uint32Array, options: ReadOptions): Promise<Tensor>
}

/** A node of a table whose numbers are in a file and are read when they are asked for. */
export interface RemoteNode {
  readonly kind: string
  readonly rows: number
  readonly dim: number
  /** As that of a table in memory. */
  readonly held?: number | undefined
  readonly config: JsonObject
  readonly tensors: Readonly<Record<string, StoredTensor>>
  readonly children: Readonly<Record<string, RemoteNode>>
  /** The table of the rows `ids`, in that order. */
  take(ids: Uint32Array, options: ReadOptions): Promise<Table>
  /** The table of all rows, read once. */
  whole(options: ReadOptions): Promise<Table>
}

/** The parts of a node as the file has them. */
export interface RemoteParts {
  readonly config: JsonObject
  readonly tensors: RemoteNode['tensors']
  readonly children: RemoteNode['children']
  /** Makes a table of parts in memory. */
  readonly load: LoadNode
}

/** What a kind says of a node in a file. */
export interface Selection {
  readonly rows: number
  readonly dim: number
  /** How many values its table holds decoded, besides its tensors. */
  readonly held?: number
  /**
   * The tensors and children that have a row for each row of the node: some rows of it are a node of the same kind over these rows
   * of them and all of the rest. Or else how some rows are taken.
   */
  readonly take: readonly (StoredTensor | RemoteNode | undefined)[] | RemoteNode['take']
}
