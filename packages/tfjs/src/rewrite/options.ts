import type { Compressor, Matrix, Table, TensorAdapter } from '@slimbed/core'
import type { Measurement } from '@slimbed/core/measure'

/** The shape of a table, and what it is called in the model. */
export interface TableName {
  readonly name: string
  readonly rows: number
  readonly dim: number
}

/** A table of a model, before anything is done with it. */
export interface TfjsTable extends TableName {
  /** How it is stored: `float32`, `float16`, `uint8` or `uint16`. */
  readonly stored: string
  /** Bytes in the files. */
  readonly bytes: number
  /** How many nodes take rows of it. */
  readonly lookups: number
  /** Operators that use it in other ways. */
  readonly otherUses: readonly string[]
}

/** The file that a table is written into. */
export interface Into {
  /** Bytes of all that is in it besides this table and those that are yet to be made. */
  readonly beside: number
  /** Bytes that a table takes there; undefined where its kind has no pattern. */
  readonly sizeOf: (table: Table) => Promise<number | undefined>
  /** The part of the values of all tables yet to be made that this one has. */
  readonly share: number
}

/** What is compressed: the values of a table, the weights of its rows, and where it goes. */
export interface TableToMake extends TableName {
  readonly matrix: Matrix
  readonly weights: Float32Array | undefined
  readonly into: Into
}

/** Options of `rewriteTfjs`. */
export interface RewriteTfjsOptions {
  /** What makes a table smaller, or what chooses it for a table. */
  readonly pipeline: Compressor | ((table: TableToMake) => Promise<Compressor>)
  /** Names of tables; the largest one by default. */
  readonly tables?: readonly string[] | undefined
  /** Importance of each row of a table: `rows` non-negative numbers. */
  readonly weights?: ((table: TableName) => Promise<Float32Array | undefined> | Float32Array | undefined) | undefined
  /** How the names of the files of weights begin: `model` gives `model-shard1of2.bin`. */
  readonly shardName?: string | undefined
  /** An unsigned 32-bit integer, 0 by default. */
  readonly seed?: number | undefined
  /** The engine; by default the fastest present. */
  readonly tensor?: TensorAdapter | undefined
  readonly onProgress?: ((stage: string, done: number, total: number) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** How the rows of a model compare with those of the table that it was given. */
export interface Compared {
  readonly rows: number
  /** The largest difference of two values, as a part of the largest value of its row, or of rows on average where that is larger. */
  readonly largestDifference: number
}

/** What became of a table of a model. */
export interface TfjsTableReport extends TableName {
  readonly stored: string
  readonly lookups: number
  /** Bytes of its weight before, and of those that stand for it now. */
  readonly bytes: { readonly before: number; readonly after: number }
  /** The spec of the pipeline. */
  readonly pipeline: string
  /** Errors against the table as tfjs had it. */
  readonly measured: Measurement
  readonly table: Table
  /** Every row of the lookups, run by TensorFlow.js on its cpu backend, against `table`. */
  readonly verified: Compared
}

/** A file of weights. */
export interface Shard {
  readonly name: string
  readonly bytes: Uint8Array
}

/** A rewritten model. */
export interface RewrittenTfjs {
  /** `model.json`. */
  readonly json: string
  /** The files that it names. */
  readonly shards: readonly Shard[]
  readonly tables: readonly TfjsTableReport[]
  /** The version of TensorFlow.js that ran the lookups. */
  readonly version: string
}
