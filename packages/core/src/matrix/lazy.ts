import type { Dense, Matrix, Table } from '@slimbed/runtime'
import type { TensorAdapter } from '../tensor/adapter.js'
import type { Pass, Tally } from '../tensor/types.js'

/** Computes codes: an adapter, or `quantizeHere` on the caller's thread. */
export type Quantizer = Pick<TensorAdapter, 'quantize'>

/**
 * Receives the bytes of a tensor, such as `codes` or `left.data`, as a pass computes them, in the order of the rows; they are then not
 * held in memory. The array is reused once the promise resolves.
 */
export type Keep = (tensor: string, bytes: Uint8Array) => Promise<void>

/** Reads bytes of a tensor, from byte `from` of it on, that have been passed on. */
export type ReadTensor = (tensor: string, from: number, length: number) => Promise<Uint8Array>

/** A table that was passed on; or the same table with other types, where it cannot have those that it was given: nothing passed on counts. */
export type Stored = { readonly table: LazyTable } | { readonly retyped: LazyTable }

/** Options of a stream. */
export interface StreamOptions extends Pass {
  readonly tensor: TensorAdapter
  /** What is added up of the error sums of the rows. */
  readonly tally: Tally
  /**
   * Returns a function that receives what the pass computes; without it, this is held in memory. Called before the first row, with the
   * final shapes and types; called again if the types have to change, and then everything is computed and passed on again.
   */
  readonly keepOf?: ((table: Table) => Keep) | undefined
}

/** A computed table, and the totals of its errors. */
export interface Streamed {
  readonly table: Table
  readonly totals: Float64Array
}

/** One pass over a matrix that computes a table and compares the two. */
export type Stream = (options: StreamOptions) => Promise<Streamed>

/** How a lazy table is computed. */
export interface Lazy {
  /** Its rows, if they can be read before the table is computed; they can be read any number of times. */
  readonly rows?: Matrix
  /** Whether the bytes of its tensors have been passed on, except of those whose data is there. */
  readonly passedOn?: boolean
  /** The bytes of its only tensor in order, any number of times, if they are not the float32 values of `rows`. */
  readonly stored?: () => AsyncIterable<Uint8Array>
  /** Computes the table and holds it in memory. */
  compute(quantizer: Quantizer, pass?: Pass): Promise<Table>
  /** Computes the table and passes it on; the result reads its rows with `read`. Absent where its rows can be read anyway. */
  readonly store?: (quantizer: Quantizer, keep: Keep, read: ReadTensor, pass?: Pass) => Promise<Stored>
  /** A pass that computes the table and compares it with `original`; undefined if it is not computed from that matrix. */
  streamOver(original: Matrix): Stream | undefined
  /**
   * The same for `this · right` where it is computed from a projection of that matrix, on this engine: rows are read once, and a product less is computed
   * than for the table by itself.
   */
  readonly streamThrough?: (original: Matrix, backend: string) => ((right: Dense) => Stream) | undefined
}

/** A table that is not computed yet: its `readRow` and the `data` of its tensors throw `unsupported`. */
export interface LazyTable extends Table {
  readonly lazy: Lazy
}

/** How a table is computed; undefined if its tensors are there already. */
export const lazyOf = (table: Table): Lazy | undefined => ('lazy' in table ? (table as LazyTable).lazy : undefined)
