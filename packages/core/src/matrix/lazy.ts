import type { Matrix, Table } from '@slimbed/runtime'
import type { TensorAdapter } from '../tensor/adapter.js'
import type { Pass, VisitSums } from '../tensor/types.js'

/** What computes codes: an adapter, or `quantizeHere` on the caller's thread. */
export type Quantizer = Pick<TensorAdapter, 'quantize'>

/**
 * Given what a pass computes of a table, in the order of the rows, by the name of the tensor (`codes`, `left.data`), instead of its
 * being held in memory; the bytes are others' once it resolves.
 */
export type Keep = (tensor: string, bytes: Uint8Array) => Promise<void>

/** What a stream is given. */
export interface StreamOptions extends Pass {
  readonly tensor: TensorAdapter
  /** Gives what is told of each row how far the table is from it, from the first row on; anew where a pass begins again. */
  startSums(): VisitSums
  /**
   * Where what the pass computes goes, instead of memory. Asked before the first row, for the table as it will be; and again where
   * the types of its tensors turn out to be others, when nothing that was kept before counts.
   */
  readonly keepOf?: ((table: Table) => Keep) | undefined
}

/** One pass over a matrix, in order, that compares it with a table which is computed meanwhile. Resolves to the table as it then is. */
export type Stream = (options: StreamOptions) => Promise<Table>

/** How a table is computed whose tensors are not there yet. */
export interface Lazy {
  /** Its rows, where they can be read in blocks before the table is computed, and any number of times. */
  readonly rows?: Matrix
  /** The bytes of its only tensor in order, any number of times, if they are not the float32 values of `rows`. */
  readonly stored?: () => AsyncIterable<Uint8Array>
  /** Computes the table and holds it in memory. */
  compute(quantizer: Quantizer, pass?: Pass): Promise<Table>
  /** Computes it in the pass that compares it with `original`; undefined where it is not computed from that matrix. */
  streamOver(original: Matrix): Stream | undefined
}

/** A table that is not computed yet: its `readRow` and the `data` of its tensors throw `unsupported`. */
export interface LazyTable extends Table {
  readonly lazy: Lazy
}

/** How a table is computed; undefined for one that is. */
export const lazyOf = (table: Table): Lazy | undefined => ('lazy' in table ? (table as LazyTable).lazy : undefined)
