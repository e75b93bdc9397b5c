import { checkOption, checkRow, fail } from '../check.js'
import type { TensorChecks } from '../file/verify.js'
import { rows as rowsOf } from '../lookup/rows.js'
import type { RemoteNode } from '../remote/node.js'
import { type OpenOptions, openSource, type RemoteArtefact, type RemoteTable } from '../remote/open.js'
import type { ReadOptions } from '../remote/source.js'
import type { TableShape } from '../table/walk.js'
import { budgetOf, diskRows } from './disk-rows.js'
import { openDiskFile } from './files.js'
import { type RowsInPlace, rowsInPlace } from './in-place.js'
import { eachRow } from './kept-rows.js'
import { type Reads, verifiedReads } from './reads.js'

/** Options of `FileTable.read`. */
export interface FileReadOptions extends ReadOptions {
  /** An array of at least `indices.length · dim` values that is filled and returned, so that programs that read much do not need a new one each time. */
  readonly into?: Float32Array | undefined
}

/** A table whose rows are in a file on a disk. */
export interface FileTable extends RemoteTable {
  /** As for any `RemoteTable`; also rejects with `bad-input` for an `into` that is too small. */
  read(indices: ArrayLike<number>, options?: FileReadOptions): Promise<Float32Array>
}

/** An artefact whose rows stay in its file on a disk. */
export interface FileArtefact extends RemoteArtefact {
  readonly table: FileTable
  /** Closes the file, once reads that are on their way have ended. Later ones reject with `io`. */
  close(): Promise<void>
}

/** Options of `openFile`. */
export type OpenFileOptions = Omit<OpenOptions, 'blockBytes' | 'cache'>

/** Whether a structure is the nodes of the file themselves, and not those of a table that was read whole. */
const isNode = (shape: TableShape): shape is RemoteNode => 'by' in shape

/** A table whose rows are computed where they are kept, or taken out of the file where that is not possible. */
function fileTable(
  { rows, dim, take }: RemoteTable,
  reads: Reads | undefined,
  found: RowsInPlace | undefined
): FileTable {
  // A row is computed here and copied: to make a view of the result for each takes longer.
  const room = new Float32Array(dim)
  return {
    rows,
    dim,
    take,
    async read(indices, options = {}) {
      const count = indices.length
      for (let i = 0; i < count; i++) checkRow(indices[i], rows)
      const { into = new Float32Array(count * dim) } = options
      if (into.length < count * dim) {
        fail('bad-input', `read: into has ${into.length} elements, ${count * dim} are needed`)
      }
      if (!reads || !found) {
        return rowsOf(
          await take(indices, options),
          new Uint32Array(count).map((_, i) => i),
          into
        )
      }
      const { kept, table } = found
      await eachRow(reads, kept, indices, (i, place) => {
        table.readRow(place, room)
        into.set(room, i * dim)
      })
      return into
    }
  }
}

/**
 * Opens an artefact on a disk whose rows stay there: reads its header, the vocabulary and what every row needs; rows when they are asked for. Close it when
 * done. Files may be of any size; memory is taken for the checksums, the vocabulary, and `cacheBytes` of rows that were read last, 16 MiB unless given.
 *
 * The checksum of a block is compared when the first of its rows is read. Rejects as `openSource` does, with `not-found`, and with `unsupported`
 * in a browser.
 */
export async function openFile(path: string | URL, options: OpenFileOptions = {}): Promise<FileArtefact> {
  const { cacheBytes = 2 ** 24 } = options
  checkOption('cacheBytes', cacheBytes, 0)
  const file = openDiskFile(path)
  try {
    const budget = budgetOf(cacheBytes)
    let reads: Reads | undefined
    const cache = (_: unknown, checks: TensorChecks) => {
      reads = verifiedReads(file, checks)
      return diskRows(reads, budget)
    }
    const artefact = await openSource(file, { ...options, cache })
    const { shape, table } = artefact
    const found = reads && isNode(shape) ? await rowsInPlace(shape, reads, budget.next()) : undefined
    return { ...artefact, table: fileTable(table, reads, found), close: file.close }
  } catch (error) {
    await file.close()
    throw error
  }
}
