import type { SafetensorsEntry } from '../file/safetensors.js'
import type { JsonObject, LoadNode, Table } from '../table/table.js'
import type { DType, Tensor } from '../table/tensor.js'
import type { ReadOptions } from './source.js'

/** A tensor in a file. */
export interface StoredTensor {
  readonly dtype: DType
  readonly shape: readonly number[]
  /** Where it lies in the file, if it is as it lies there. */
  readonly entry?: SafetensorsEntry
  /** The whole tensor, verified; it is read once. */
  all(options: ReadOptions): Promise<Tensor>
  /** The rows `ids`, along its first axis. */
  rows(ids: Uint32Array, options: ReadOptions): Promise<Tensor>
}

/** A node of a table whose tensors are in a file and are read on demand. */
export interface RemoteNode {
  readonly kind: string
  readonly rows: number
  readonly dim: number
  /** As for a table in memory: how many decoded values it holds, besides its tensors. */
  readonly held?: number | undefined
  readonly config: JsonObject
  readonly tensors: Readonly<Record<string, StoredTensor>>
  readonly children: Readonly<Record<string, RemoteNode>>
  /** The table of the rows `ids`, in that order. */
  take(ids: Uint32Array, options: ReadOptions): Promise<Table>
  /** The table of all rows; it is read once. */
  whole(options: ReadOptions): Promise<Table>
  /** Makes a table of parts in memory. */
  readonly load: LoadNode
  /** How rows are taken. */
  readonly by: Selection['take']
}

/** The parts of a node, as they are in the file. */
export interface RemoteParts {
  readonly config: JsonObject
  readonly tensors: RemoteNode['tensors']
  readonly children: RemoteNode['children']
  /** Makes a table of parts in memory. */
  readonly load: LoadNode
}

/** How rows are taken from a node in a file. */
export interface Selection {
  readonly rows: number
  readonly dim: number
  /** How many decoded values its table holds, besides its tensors. */
  readonly held?: number
  /**
   * The tensors and children that have one row for each row of the node: rows are then a node of the same kind, with these rows of them
   * and all of the other parts. Otherwise a function that takes rows.
   */
  readonly take: readonly (StoredTensor | RemoteNode | undefined)[] | RemoteNode['take']
}
