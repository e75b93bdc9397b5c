import type { TableKind } from '../kinds/kind.js'
import { tableKinds } from '../kinds/table-kinds.js'
import type { JsonObject, Table, Tensors } from '../table/table.js'
import type { Vocabulary } from '../words/vocabulary.js'
import { type OpenFile, openFile, tableIn } from './load-table.js'
import { loadVocabulary } from './load-vocabulary.js'
import type { Manifest } from './manifest.js'
import { checksums } from './verify.js'

/** Bytes of an artefact. */
export interface Sizes {
  /** The whole file. */
  readonly file: number
  /** The vocabulary's tensors. */
  readonly vocabulary: number
  /** The file without the vocabulary's tensors; of a table of a model, its tensors. */
  readonly table: number
}

/** Data that a program stores beside its table, such as a classifier. Readers of tables ignore it. */
export interface Extra {
  /** Free-form. */
  readonly config: JsonObject
  /** Names are `[A-Za-z0-9_-]+`. */
  readonly tensors: Tensors
}

/** The content of a file. */
export interface Artefact {
  readonly table: Table
  readonly vocabulary?: Vocabulary | undefined
  readonly extra?: Extra | undefined
  readonly manifest: Manifest
  readonly sizes: Sizes
}

/** Options of `load`. */
export interface LoadOptions {
  /** Kinds of node besides those that every reader knows. If several have the same name, the last one is used. */
  readonly kinds?: readonly TableKind[]
  /** Whether to compare the checksums, which reads every byte once; true unless given. */
  readonly verify?: boolean
  /** The name of the table, in a file of several (a model). */
  readonly table?: string | undefined
}

/** The sizes of a file of so many bytes that is one table, with the tensors of its vocabulary. */
export const sizesOf = (file: number, words: Tensors = {}): Sizes => {
  const vocabulary = Object.values(words).reduce((sum, { data }) => sum + data.byteLength, 0)
  return { file, vocabulary, table: file - vocabulary }
}

/**
 * Reads a table of an artefact from the bytes of its file, which it keeps and views: it copies only what is not aligned.
 *
 * Throws `corrupt-file`, `unsupported` for a plain safetensors file, a newer format, an unknown kind or a big-endian machine, and
 * `bad-input` for a name that no table has, or none where there are several.
 */
export const load = (bytes: Uint8Array | ArrayBuffer, options: LoadOptions = {}): Artefact =>
  loadOpen(openFile(bytes, options.verify === false ? undefined : checksums), options)

/** What a file has beside a table of so many rows. Throws as `load` does. */
export const besides = (
  manifest: Manifest,
  rows: number,
  words: Tensors | undefined,
  extra: Tensors | undefined
): Pick<Artefact, 'vocabulary' | 'extra' | 'manifest'> => ({
  ...(words && { vocabulary: loadVocabulary(words, rows) }),
  ...(extra && { extra: { config: manifest.extra!, tensors: extra } }),
  manifest
})

/** The same of a file whose header has been read. */
export function loadOpen(file: OpenFile, { kinds = [], table: name }: LoadOptions): Artefact {
  const { table, manifest, words, extra, bytes } = tableIn(file, [...tableKinds, ...kinds], name)
  const sizes = sizesOf(file.file.length, words)
  return {
    table,
    ...besides(manifest, table.rows, words, extra),
    sizes: manifest.tables ? { ...sizes, table: bytes - sizes.vocabulary } : sizes
  }
}
