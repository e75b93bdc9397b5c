import type { Extra, JsonObject, Matrix, Table, Tensor, Vocabulary } from '@slimbed/runtime'

/** A tensor of any element type that is written as it is. */
export interface PlainTensor {
  readonly name: string
  /** The element type, as safetensors names it. */
  readonly dtype: string
  readonly shape: readonly number[]
  readonly bytes: number
  /** Its bytes in order, little-endian. Each piece is used completely before the next one is requested. */
  chunks(): AsyncIterable<Uint8Array>
}

/** One tensor of a file that will be written: where it goes, from the start of the data buffer, and where its bytes come from. */
export interface Part {
  readonly name: string
  readonly dtype: string
  readonly shape: readonly number[]
  readonly begin: number
  readonly end: number
  readonly source: Tensor | Matrix | PlainTensor
}

/** The contents of a file: one table without a name, or tables by name and other tensors. */
export interface Contents {
  readonly table?: Table
  readonly tables?: ReadonlyMap<string, Table>
  readonly tensors?: readonly PlainTensor[]
  readonly vocabulary?: Vocabulary | undefined
  readonly extra?: Extra | undefined
}

/** One table to save. */
export interface Saved {
  readonly table: Table
  readonly vocabulary?: Vocabulary | undefined
  /** How the table was made: pipeline, seed, versions, measured error. Free-form. */
  readonly provenance: JsonObject
  /** Extra data that readers of tables ignore, such as a classifier. */
  readonly extra?: Extra | undefined
}

/** A model: tables to save in one file, each under a name, and other tensors that are stored unchanged. */
export interface SavedModel {
  readonly tables: ReadonlyMap<string, Table>
  readonly tensors?: readonly PlainTensor[]
  /** The words of the rows of every table. */
  readonly vocabulary?: Vocabulary | undefined
  /** How the tables were made. Free-form. */
  readonly provenance: JsonObject
  /** Entries of `__metadata__` besides the manifest, such as `format: pt`. */
  readonly metadata?: ReadonlyMap<string, string>
}
