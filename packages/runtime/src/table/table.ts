import type { BlockTools, Matrix, Quantized } from './matrix.js'
import type { Tensor } from './tensor.js'

/** A value that survives JSON unchanged. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }
/** The scalars that rebuild a node or a compressor. */
export type JsonObject = { readonly [key: string]: Json }
/** Named operands of a table. */
export type Children = Readonly<Record<string, Table>>
/** Named tensors of a table. */
export type Tensors = Readonly<Record<string, Tensor>>

/** The element types of values. */
export type Values = Tensor<'F32' | 'F16' | 'BF16'>
/** The operands of `left · right`. */
export interface Factors {
  readonly left: Table
  readonly right: Table
}
/** Rows of several tables: row i is the next row of `parts[group[i]]`. */
export interface Parts {
  readonly group: Uint8Array | Uint16Array | Uint32Array
  readonly parts: readonly Table[]
}

/** Rows of a table, to each of which one vector is added. */
export interface Shifted {
  readonly source: Table
  /** `dim` values. */
  readonly by: Float32Array
}

/**
 * The functions by which a table calls the same computation on its operands. They are passed to it, so that a bundle contains
 * only the computations that it uses.
 */
export interface Asked {
  readonly addRows: (table: Table, rows: ArrayLike<number>, weights: ArrayLike<number>, out: Float32Array) => void
  readonly dots: (table: Table, query: Float64Array, out: Float64Array) => void
  readonly squaredNorms: (table: Table, out: Float64Array) => void
}

/**
 * A `rows × dim` matrix that can hand out a row: a node of an expression whose operands are tables too.
 *
 * `tensors` are final. `children` are not: a later pipeline stage may replace any dense one. `rows × dim` float32 values are never
 * held unless the table is `dense`.
 */
export interface Table {
  readonly kind: string
  readonly rows: number
  readonly dim: number
  /** Scalars needed, with the tensors and children, to rebuild this node. */
  readonly config: JsonObject
  readonly tensors: Tensors
  readonly children: Children
  /** Whether the rows are orthonormal because of how they are made, whatever the tensors hold. */
  readonly orthonormal?: boolean
  /** Writes row `row` to `out[0 .. dim)`. Throws `out-of-range` when there is no such row. */
  readRow(row: number, out: Float32Array): void
  /** Writes several rows to `out`, one after another, where that is faster than one at a time; throws as `readRow` does. */
  readRows?(rows: ArrayLike<number>, out: Float32Array): void
  /** The same expression over other operands, of the same shapes and under the same names. */
  with(children: Children): Table
  /** The weight of each row of child `child`, given the weights of this table's rows; undefined if it is not known. */
  weightsFor?(child: string, weights: Float32Array): Float32Array | undefined
  /** Adds `Σᵢ weights[i] · row(rows[i])` to `out[0 .. dim)`, without expanding rows where the expression allows it. */
  addRows?(rows: ArrayLike<number>, weights: ArrayLike<number>, out: Float32Array, ask: Asked): void
  /** Adds `Σᵢ factors[i] · row(i)` to `out[0 .. dim)`, of all rows and as many factors, for a table that needs no rows for it. */
  times?(factors: Float32Array, out: Float32Array): void
  /**
   * Writes the inner product of every row with `query[0 .. dim)` to `out[0 .. rows)`. They are computed in float64, because
   * products of float32 values can overflow float32.
   */
  dots?(query: Float64Array, out: Float64Array, ask: Asked): void
  /** Writes the squared Euclidean norm of every row to `out[0 .. rows)`. */
  squaredNorms?(out: Float64Array, ask: Asked): void
  /**
   * How many values a table holds in memory besides its tensors once a row has been read, because an operand is decoded
   * completely.
   */
  readonly held?: number
  /**
   * The rows in blocks, computed from blocks of the children. This allows operands that are larger than memory or not computed
   * yet.
   */
  expand?(operands: Readonly<Record<string, Matrix>>, tools: BlockTools): Matrix | Promise<Matrix>
  /** For a plain matrix, the matrix: a leaf that can still be compressed. */
  values?(): Values
  /** For a table of codes on grids, the codes and grids. */
  codes?(): Quantized
  /** For a product, its operands, for programs that multiply them in their own way. */
  factors?(): Factors
  /** For a table whose rows are those of another plus one vector, both, for programs that add it in their own way. */
  shifted?(): Shifted
  /** For a table that consists of the rows of other tables, each row once and in order, these tables. */
  parts?(): Parts
}

/** Makes a node from its parts. Throws `bad-input` or `corrupt-file` for parts that do not fit together. */
export type LoadNode = (config: JsonObject, tensors: Tensors, children: Children) => Table
