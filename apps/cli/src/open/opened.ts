import type { FastTextModel } from '@slimbed/fasttext'
import type { Table, Vocabulary } from '@slimbed/runtime'

/** A table from a file: an artefact, or vectors of any format. */
export interface Opened {
  readonly path: string
  /** `slimbed` is an artefact. */
  readonly format: string
  readonly rows: number
  readonly dim: number
  /** Of the file. */
  readonly bytes: number
  /** Of the table in an artefact; of all of another file. */
  readonly tableBytes: number
  /** Of the words in an artefact. */
  readonly vocabularyBytes: number
  readonly vocabulary?: Vocabulary | undefined
  /** What made it, where its provenance says. */
  readonly pipeline?: string | undefined
  /** Whether it keeps only similarities between rows, so that its rows cannot be compared with those that it was made from. */
  readonly similarityOnly?: boolean
  /** The table as an expression; vectors in a file are a dense table whose rows are read when asked for. */
  readonly table: Table
  /** Rows `start .. start + count` as a table in memory, where the table itself is not. */
  readonly take?: ((start: number, count: number) => Promise<Table>) | undefined
  /** The fastText model that the vectors are those of the words of. */
  readonly model?: FastTextModel | undefined
  /** The vector of a word that is none of the table's, by its n-grams, where there are some. */
  readonly vectorOf?: ((word: string) => Promise<Float32Array | undefined>) | undefined
  /** Whether it turns texts into vectors: `openEncoder` opens it for that. */
  readonly encodes?: boolean
  close(): Promise<void>
}
