import { fail } from '../check.js'
import { tableKinds } from '../kinds/table-kinds.js'
import type { Table } from '../table/table.js'
import type { Vocabulary } from '../words/vocabulary.js'
import type { LoadOptions } from './load.js'
import { openFile, tableIn } from './load-table.js'
import { loadVocabulary } from './load-vocabulary.js'
import type { Manifest } from './manifest.js'
import type { SafetensorsEntry } from './safetensors.js'
import { checksums } from './verify.js'

/** All that a file holds: the tables of a model, and the tensors that it has besides. */
export interface Model {
  /** By the names of the tensors that they stand for; the table of a file that is one table has the name ''. */
  readonly tables: ReadonlyMap<string, Table>
  /** The tensors that were left as they are, by name: `tensorView(file, entry)` gives their values. */
  readonly tensors: ReadonlyMap<string, SafetensorsEntry>
  /** The words of the rows of every table. */
  readonly vocabulary?: Vocabulary | undefined
  readonly manifest: Manifest
  /** What `__metadata__` says besides the manifest and its checksum. */
  readonly metadata: ReadonlyMap<string, string>
}

/**
 * Reads all tables of an artefact from the bytes of its file, which it keeps and views. Throws as `load` does.
 */
export function loadModel(bytes: Uint8Array | ArrayBuffer, options: Omit<LoadOptions, 'table'> = {}): Model {
  const { kinds = [], verify = true } = options
  const open = openFile(bytes, verify ? checksums : undefined)
  const { header, manifest } = open
  const names = manifest.tables ? Object.keys(manifest.tables) : [undefined]
  if (names.length === 0) fail('corrupt-file', 'the manifest has no table')
  const tensors = new Map(manifest.tables ? header.tensors : [])
  const tables = new Map<string, Table>()
  let vocabulary: Vocabulary | undefined
  for (const name of names) {
    const { table, words } = tableIn(open, [...tableKinds, ...kinds], name)
    tables.set(name ?? '', table)
    vocabulary = words && loadVocabulary(words, table.rows)
    for (const key of tensors.keys()) if (key.startsWith(`${name}/`)) tensors.delete(key)
  }
  for (const key of tensors.keys()) if (key.startsWith('vocabulary.')) tensors.delete(key)
  const metadata = new Map(header.metadata)
  metadata.delete('slimbed')
  metadata.delete('checksum')
  return { tables, tensors, ...(vocabulary ? { vocabulary } : {}), manifest, metadata }
}
