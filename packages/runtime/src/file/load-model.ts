import { fail, quote } from '../check.js'
import { tableKinds } from '../kinds/table-kinds.js'
import type { Table } from '../table/table.js'
import type { Vocabulary } from '../words/vocabulary.js'
import type { LoadOptions } from './load.js'
import { openFile, tableIn } from './load-table.js'
import { loadVocabulary } from './load-vocabulary.js'
import type { Manifest } from './manifest.js'
import type { SafetensorsEntry } from './safetensors.js'
import { checksums } from './verify.js'

/** The complete content of a file: the tables of a model, and its other tensors. */
export interface Model {
  /** By the names of the tensors that they replace; the table of a file that is one table has the name ''. */
  readonly tables: ReadonlyMap<string, Table>
  /** The tensors that were not compressed, by name: `tensorView(file, entry)` gives their values. */
  readonly tensors: ReadonlyMap<string, SafetensorsEntry>
  /** The words of the rows of every table. */
  readonly vocabulary?: Vocabulary | undefined
  readonly manifest: Manifest
  /** The entries of `__metadata__` besides the manifest and its checksum. */
  readonly metadata: ReadonlyMap<string, string>
}

/** Where the names that begin with `prefix` are among sorted ones: from the first result on, before the second. */
function rangeOf(names: readonly string[], prefix: string): [number, number] {
  const firstFrom = (wanted: string) => {
    let [low, high] = [0, names.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (names[middle] < wanted) low = middle + 1
      else high = middle
    }
    return low
  }
  const last = prefix.length - 1
  return [firstFrom(prefix), firstFrom(prefix.slice(0, last) + String.fromCharCode(prefix.charCodeAt(last) + 1))]
}

/**
 * Reads all tables of an artefact from the bytes of its file, which it keeps and views. Throws as `load` does; the limits of a table
 * hold for all tables together.
 */
export function loadModel(bytes: Uint8Array | ArrayBuffer, options: Omit<LoadOptions, 'table'> = {}): Model {
  const { kinds = [], verify = true } = options
  const open = openFile(bytes, verify ? checksums : undefined)
  const { header, manifest } = open
  const names = manifest.tables ? Object.keys(manifest.tables) : [undefined]
  if (names.length === 0) fail('corrupt-file', 'the manifest has no table')
  const tensors = new Map(manifest.tables ? header.tensors : [])
  const sorted = [...header.tensors.keys()].sort()
  // Each table is built from its own tensors, so that not every table goes through all tensors of the file.
  const own = (prefix: string) => sorted.slice(...rangeOf(sorted, prefix))
  const entriesOf = (keys: readonly string[]) => new Map(keys.map((key) => [key, header.tensors.get(key)!] as const))
  const tables = new Map<string, Table>()
  const taken = { nodes: 0, held: 0 }
  const wordKeys = own('vocabulary.')
  let vocabulary: Vocabulary | undefined
  for (const [i, name] of names.entries()) {
    const keys = name === undefined ? sorted : own(`${name}/`)
    const part = { ...open, header: { ...header, tensors: entriesOf(i === 0 ? [...keys, ...wordKeys] : keys) } }
    const { table, words } = tableIn(part, [...tableKinds, ...kinds], name, taken)
    tables.set(name ?? '', table)
    if (words) vocabulary = loadVocabulary(words, table.rows)
    else if (vocabulary && vocabulary.size !== table.rows) {
      fail('corrupt-file', `table ${quote(name ?? '')}: ${vocabulary.size} words for a table of ${table.rows} rows`)
    }
    for (const key of keys) tensors.delete(key)
  }
  for (const key of wordKeys) tensors.delete(key)
  const metadata = new Map(header.metadata)
  metadata.delete('slimbed')
  metadata.delete('checksum')
  return { tables, tensors, ...(vocabulary && { vocabulary }), manifest, metadata }
}
