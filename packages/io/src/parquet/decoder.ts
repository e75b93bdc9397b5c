import type { FileMetaData, SchemaTree } from './metadata.js'

/** What the end of a file says of it. */
export interface Contents {
  readonly metadata: FileMetaData
  readonly schema: SchemaTree
}

/** The bytes of a column in one group of rows, with what the file says of them. */
export interface ColumnChunk {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Where in the file they begin. */
  readonly offset: number
  /** Of the whole file, with no other group and no other column. */
  readonly metadata: FileMetaData
  readonly column: string
  /** The first of the rows, and how many there are. */
  readonly start: number
  readonly rows: number
}

/** Numbers of as many rows as a chunk has, all of length `dim`. */
export interface Numbers {
  readonly dim: number
  readonly values: Float32Array<ArrayBuffer>
}

/** Where something is decoded, and how much that may take. */
export interface Bounds {
  /** What is decoded, as errors name it: `vectors.parquet, row group 3`. */
  readonly what: string
  /** The bytes that are decoded: time is bounded by them. */
  readonly bytes: number
  /** How many values come out: memory is bounded by them. */
  readonly values: number
  readonly signal?: AbortSignal | undefined
}

/**
 * Decodes parts of a file where it can be stopped. Rejects with `bad-input` for what is damaged, or takes more time or memory than such bytes need; with
 * `aborted`.
 */
export interface ParquetDecoder {
  /** The metadata, from the bytes of a file from where they begin to the end. */
  contents(tail: Uint8Array<ArrayBuffer>, bounds: Bounds): Promise<Contents>
  /** Lists of numbers. With `dim`, they must have as many. */
  numbers(chunk: ColumnChunk, dim: number | undefined, bounds: Bounds): Promise<Numbers>
  /** Texts. */
  words(chunk: ColumnChunk, bounds: Bounds): Promise<readonly string[]>
}
