import type { TableKind } from '../kinds/kind.js'
import type { Table, Tensors } from '../table/table.js'
import { buildTable, type Taken } from './build.js'
import { type Manifest, parseManifest } from './manifest.js'
import { pickTable } from './pick-table.js'
import { parseSafetensors, type SafetensorsHeader } from './safetensors.js'
import type { Checksums } from './verify.js'
import { checkEndianness, tensorView } from './view.js'

/** Options of `loadTable`. */
export interface LoadTableOptions {
  /** The kinds of node that are supported, such as `[quantizedKind, productKind]`. Of two kinds with one name, the last is used. */
  readonly kinds: readonly TableKind[]
  /**
   * `checksums`, to verify the file, which reads every byte once. Without it, damaged numbers are not noticed; a damaged structure
   * always is.
   */
  readonly verify?: Checksums | undefined
  /** The name of the table, in a file of several. */
  readonly table?: string | undefined
}

/** A table of a file, without its vocabulary. */
export interface LoadedTable {
  readonly table: Table
  readonly manifest: Manifest
  /** The tensors of the vocabulary, which `loadVocabulary` reads; undefined when there is none. */
  readonly words: Tensors | undefined
  /** The tensors that the manifest's `extra` describes; undefined when it has none. */
  readonly extra: Tensors | undefined
  /** The size of the tensors in bytes, including the vocabulary. */
  readonly bytes: number
}

/** A file whose header has been read and, if asked for, verified. */
export interface OpenFile {
  readonly file: Uint8Array
  readonly header: SafetensorsHeader
  readonly manifest: Manifest
}

/** Reads the header of an artefact. Throws as `loadTable` does. */
export function openFile(bytes: Uint8Array | ArrayBuffer, verify: Checksums | undefined): OpenFile {
  checkEndianness()
  const file = ArrayBuffer.isView(bytes)
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new Uint8Array(bytes)
  const header = parseSafetensors(file, file.length, { strict: true })
  const manifest = parseManifest(header, () => verify?.header(file, header))
  const checks = verify?.tensors(header, manifest)
  for (const entry of header.tensors.values()) checks?.check(file.subarray(entry.begin, entry.end), entry)
  return { file, header, manifest }
}

/** A table of an open file. Throws as `loadTable` does. */
export function tableIn(
  { file, header, manifest }: OpenFile,
  kinds: readonly TableKind[],
  name: string | undefined,
  taken?: Taken
): LoadedTable {
  let bytes = 0
  const [node, stored, words, extra] = pickTable(header, manifest, name, (entry) => {
    bytes += entry.end - entry.begin
    return tensorView(file, entry)
  })
  const table = buildTable(node, stored, new Map(kinds.map((kind) => [kind.kind, kind])), taken)
  return { table, manifest, words, extra, bytes }
}

/**
 * Reads a table of an artefact from the bytes of its file. Tensors are views of these bytes. A bundle contains only the code of the given
 * kinds; `load` supports all kinds and the vocabulary.
 *
 * Throws `corrupt-file`; `unsupported` for a plain safetensors file, a newer format, a kind that is not given, or a big-endian machine; and
 * `bad-input` if no table has the name, or if there are several tables and no name is given.
 */
export const loadTable = (bytes: Uint8Array | ArrayBuffer, { kinds, verify, table }: LoadTableOptions): LoadedTable =>
  tableIn(openFile(bytes, verify), kinds, table)
