import type { TableKind } from '../kinds/kind.js'
import type { Table, Tensors } from '../table/table.js'
import { buildTable, type Taken } from './build.js'
import { type Manifest, parseManifest } from './manifest.js'
import { pickTable } from './pick-table.js'
import { parseSafetensors, type SafetensorsHeader } from './safetensors.js'
import type { Checksums, TensorChecks } from './verify.js'
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

/** The header of a file, and what its tensors are compared with if it is verified. */
export interface OpenHeader<Checks> extends Omit<OpenFile, 'file'> {
  readonly checks: Checks
}

/** Reads the header of an artefact of `size` bytes, from bytes that begin with it. Throws as `loadTable` does. */
export function openHeader(bytes: Uint8Array, size: number, verify: Checksums): OpenHeader<TensorChecks>
export function openHeader(
  bytes: Uint8Array,
  size: number,
  verify: Checksums | undefined
): OpenHeader<TensorChecks | undefined>
export function openHeader(bytes: Uint8Array, size: number, verify: Checksums | undefined) {
  checkEndianness()
  const header = parseSafetensors(bytes, size, { strict: true })
  const manifest = parseManifest(header, () => verify?.header(bytes, header))
  return { header, manifest, checks: verify?.tensors(header, manifest) }
}

/** Reads the header of an artefact, and verifies all of it. Throws as `loadTable` does. */
export function openFile(bytes: Uint8Array | ArrayBuffer, verify: Checksums | undefined): OpenFile {
  const file = ArrayBuffer.isView(bytes)
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new Uint8Array(bytes)
  const open = openHeader(file, file.length, verify)
  open.checks?.checkFile(file, 0, file.length)
  return { file, ...open }
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
