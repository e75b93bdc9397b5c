import type { Compressor, Matrix, Table, TensorAdapter } from '@slimbed/core'
import type { Measurement } from '@slimbed/core/measure'
import type { Outside } from '../find/outside.js'
import type { Form } from '../find/tables.js'
import type { Compared } from '../verify/compare.js'
import type { Ort } from '../verify/runtime.js'
import type { Chunks } from '../wire/writer.js'
import type { DataFile } from './layout.js'

/** A model: its file, and what opens the other files that its tensors lie in. */
export interface OnnxInput {
  readonly bytes: Uint8Array
  /** Needed only for models with external data. */
  readonly outside?: Outside | undefined
}

/** The shape of a table, and what it is called in the model. */
export interface TableName {
  readonly name: string
  readonly rows: number
  readonly dim: number
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

/** Options of `rewriteOnnx`. */
export interface RewriteOptions {
  /** What makes a table smaller, or what chooses it for a table. Without it tables are only moved behind their lookups, with `untrap`. */
  readonly pipeline?: Compressor | ((table: TableToMake) => Promise<Compressor>) | undefined
  /** Names of tables; the largest one by default. */
  readonly tables?: readonly string[] | undefined
  /** Whether tables that the model expands before it takes rows are mended: rows are taken first. */
  readonly untrap?: boolean | undefined
  /** Whether heads that share a table may use operators of ONNX Runtime alone: `MatMulNBits`. */
  readonly contrib?: boolean | undefined
  /** A model that has the tables in float, where this one has them quantized already. */
  readonly original?: OnnxInput | undefined
  /** Importance of each row of a table: `rows` non-negative numbers. */
  readonly weights?: ((table: TableName) => Promise<Float32Array | undefined> | Float32Array | undefined) | undefined
  /** The name of the second file, for models with external data; `model.onnx_data` by default. */
  readonly dataName?: string | undefined
  /** ONNX Runtime, to look every row up there, too. */
  readonly runtime?: Ort | undefined
  /** An unsigned 32-bit integer, 0 by default. */
  readonly seed?: number | undefined
  /** The engine; by default the fastest present. */
  readonly tensor?: TensorAdapter | undefined
  readonly onProgress?: ((stage: string, done: number, total: number) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** What became of a table of a model. */
export interface TableReport extends TableName {
  readonly form: Form
  readonly lookups: number
  /** How many heads use it: they multiply with its rows. */
  readonly heads: number
  /** Bytes of its tensors before, and of those that stand for it now. */
  readonly bytes: { readonly before: number; readonly after: number }
  /** The spec of the pipeline; undefined where the table was only moved behind its lookups. */
  readonly pipeline: string | undefined
  /** Errors against the float table; undefined where there are none. */
  readonly measured: Measurement | undefined
  readonly table: Table
  /** Every row of the lookups, and every value of the heads, against `table`: computed here, and in ONNX Runtime where it was given. */
  readonly verified: {
    readonly evaluator: Compared
    readonly runtime: (Compared & { readonly name: string }) | undefined
  }
}

/** A rewritten model. */
export interface Rewritten {
  /** The file, in pieces. */
  readonly model: Chunks
  /** The second file, where the model has one. */
  readonly data: DataFile | undefined
  readonly opset: number
  readonly tables: readonly TableReport[]
}
