import { buildTable, tensorsByNode } from './build.js'
import { type Manifest, parseManifest } from './manifest.js'
import { parseSafetensors } from './safetensors.js'
import type { Table, TableKind, Tensors } from './table.js'
import type { Checksums } from './verify.js'
import { checkEndianness, tensorView } from './view.js'

/** Options of `loadTable`. */
export interface LoadTableOptions {
  /** The kinds of node that the file may have, such as `[quantizedKind, productKind]`; the last of a name counts. */
  readonly kinds: readonly TableKind[]
  /**
   * `checksums`, to compare them, which reads every byte once. Without it, damage to numbers is not noticed; damage to
   * structure always is.
   */
  readonly verify?: Checksums | undefined
}

/** A table of a file, without its vocabulary. */
export interface LoadedTable {
  readonly table: Table
  readonly manifest: Manifest
  /** The tensors of the vocabulary, which `loadVocabulary` reads; undefined when there is none. */
  readonly words: Tensors | undefined
  /** The tensors that the manifest's `extra` describes; undefined when it has none. */
  readonly extra: Tensors | undefined
  /** Bytes of the file. */
  readonly bytes: number
}

/**
 * Reads the table of an artefact from the bytes of its file, which it keeps and views. A bundle holds the code of the kinds given,
 * and no more; `load` knows every kind and the vocabulary.
 *
 * Throws `corrupt-file`, and `unsupported` for a plain safetensors file, a newer format, a kind not given or a big-endian machine.
 */
export function loadTable(bytes: Uint8Array | ArrayBuffer, { kinds, verify }: LoadTableOptions): LoadedTable {
  checkEndianness()
  const file = ArrayBuffer.isView(bytes)
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new Uint8Array(bytes)
  const header = parseSafetensors(file, file.length, { strict: true })
  const manifest = parseManifest(header, () => verify?.header(file, header))
  if (verify) {
    for (const entry of header.tensors.values()) {
      verify.tensor(file.subarray(entry.begin, entry.end), entry, manifest.checksums)
    }
  }
  const tensors = tensorsByNode([...header.tensors].map(([name, entry]) => [name, tensorView(file, entry)] as const))
  const words = tensors.get('vocabulary')
  tensors.delete('vocabulary')
  const extra = manifest.extra && (tensors.get('extra') ?? {})
  // Without an entry in the manifest they belong to nothing, and `buildTable` says so.
  if (extra) tensors.delete('extra')
  const table = buildTable(manifest.table, tensors, new Map(kinds.map((kind) => [kind.kind, kind])))
  return { table, manifest, words, extra, bytes: file.length }
}
