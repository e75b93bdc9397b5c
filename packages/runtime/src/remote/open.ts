import { checkRow } from '../check.js'
import { buildTable } from '../file/build.js'
import { type Artefact, besides, load, sizesOf } from '../file/load.js'
import { openHeader } from '../file/load-table.js'
import { pickTable } from '../file/pick-table.js'
import { safetensorsDataStart } from '../file/safetensors.js'
import { checksums } from '../file/verify.js'
import { gather } from '../kinds/gather.js'
import type { TableKind } from '../kinds/kind.js'
import { tableKinds } from '../kinds/table-kinds.js'
import { rows } from '../lookup/rows.js'
import type { Table } from '../table/table.js'
import type { TableShape } from '../table/walk.js'
import { type BlockOptions, blockCache } from './block-cache.js'
import type { FetchOptions } from './fetch-bytes.js'
import { httpSource } from './http-source.js'
import { joined } from './joined.js'
import { remoteKind } from './kinds.js'
import type { RemoteNode } from './node.js'
import type { ReadOptions, Source } from './source.js'
import { storedTensor } from './stored.js'
import { together } from './together.js'

/** A table whose rows are read on demand. */
export interface RemoteTable {
  readonly rows: number
  readonly dim: number
  /** The rows `indices`: `indices.length × dim`, row-major. Rejects with `out-of-range`, `io`, `corrupt-file`, `aborted`. */
  read(indices: ArrayLike<number>, options?: ReadOptions): Promise<Float32Array>
  /** The rows `indices`, in that order, as a compressed table in memory. Rejects as `read` does. */
  take(indices: ArrayLike<number>, options?: ReadOptions): Promise<Table>
}

/** An artefact whose rows stay in its file. */
export interface RemoteArtefact extends Omit<Artefact, 'table'> {
  readonly table: RemoteTable
  /** The structure of the table: kinds and shapes. */
  readonly shape: TableShape
  /** Whether the whole file was read, because the source has no ranges or rows of the table's kind cannot be read separately. */
  readonly whole: boolean
}

/** Options of `openSource`. */
export interface OpenOptions extends ReadOptions, BlockOptions {
  /** Additional kinds of node. A file with a kind that has no `select` is read whole. */
  readonly kinds?: readonly TableKind[]
  /** The name of the table, in a file of several (a model). */
  readonly table?: string | undefined
  /** What reads rows instead of `blockCache`; `openFile` has its own. */
  readonly cache?: typeof blockCache
}

/** A remote table that checks row numbers. */
function remoteTable(count: number, dim: number, take: (ids: Uint32Array, options: ReadOptions) => Promise<Table>) {
  const table: RemoteTable = {
    rows: count,
    dim,
    async take(indices, options = {}) {
      for (let i = 0; i < indices.length; i++) checkRow(indices[i], count)
      return take(Uint32Array.from(indices), options)
    },
    async read(indices, options) {
      return rows(
        await table.take(indices, options),
        Uint32Array.from(indices, (_, i) => i)
      )
    }
  }
  return table
}

/** A remote artefact over a file in memory. */
function inMemory(bytes: Uint8Array, options: OpenOptions): RemoteArtefact {
  const { table, ...others } = load(bytes, options)
  return {
    ...others,
    table: remoteTable(table.rows, table.dim, async (ids) => gather(ids, table)),
    shape: table,
    whole: true
  }
}

/**
 * Opens an artefact whose rows stay in its file: reads the header, the vocabulary and what every row needs, such as `right` of a
 * product; then blocks of rows when they are asked for, of which those used last are kept.
 *
 * All that is read is verified by its checksums: rows are read in the blocks that have one. Rejects as `load` throws and as the
 * source does, and so do reads of rows.
 */
export async function openSource(source: Source, options: OpenOptions = {}): Promise<RemoteArtefact> {
  const file = joined(source, options.maxBytes)
  const { size, read } = file
  const dataStart = safetensorsDataStart(await read(0, Math.min(8, size), options), size)
  const { header, manifest, checks } = openHeader(await read(0, dataStart, options), size, checksums)
  const cache = (options.cache ?? blockCache)(file, checks, options)
  const [node, stored, words, beside] = pickTable(header, manifest, options.table, (entry) =>
    storedTensor(file, cache, entry, checks)
  )

  const absent = new Error()
  const whole = {
    load(): RemoteNode {
      throw absent
    }
  }
  const builders = new Map(
    [...tableKinds, ...(options.kinds ?? [])].map((kind) => [kind.kind, remoteKind(kind) ?? whole])
  )
  let root: RemoteNode
  try {
    root = buildTable(node, stored, builders)
  } catch (error) {
    if (error !== absent) throw error
    return inMemory(await read(0, size, options), options)
  }
  const [own, extra] = await Promise.all([
    words && together(words, (tensor) => tensor.all(options)),
    beside && together(beside, (tensor) => tensor.all(options)),
    // No rows: what all of them need is read and checked.
    root.take(new Uint32Array(), options)
  ])
  return {
    table: remoteTable(root.rows, root.dim, (ids, read) => root.take(ids, read)),
    ...besides(manifest, root.rows, own, extra),
    sizes: sizesOf(size, own),
    shape: root,
    whole: false
  }
}

/** Options of `openUrl`; the signal and the timeout are also those of later reads. */
export type OpenUrlOptions = OpenOptions & FetchOptions

/**
 * `openSource` of a URL, by HTTP ranges. A server without ranges sends the whole file: it is verified and kept in memory.
 *
 * Rejects with `not-found` if there is no such file, `io` if the server fails, breaks off or stalls or the file changes meanwhile, `aborted`,
 * and as `load` throws.
 */
export async function openUrl(url: string | URL, options: OpenUrlOptions = {}): Promise<RemoteArtefact> {
  const source = await httpSource(url, options)
  return source.whole ? inMemory(source.whole, options) : openSource(source, options)
}
