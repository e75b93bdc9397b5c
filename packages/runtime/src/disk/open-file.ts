import { checkRow } from '../check.js'
import type { TensorChecks } from '../file/verify.js'
import { rows as rowsOf } from '../lookup/rows.js'
import type { RemoteNode } from '../remote/node.js'
import { type OpenOptions, openSource, type RemoteArtefact, type RemoteTable } from '../remote/open.js'
import type { TableShape } from '../table/walk.js'
import { type DiskRows, diskRows } from './disk-rows.js'
import { openDiskFile } from './files.js'
import { type TakeNow, takerOf } from './take-now.js'

/** An artefact whose rows stay in its file on a disk. */
export interface FileArtefact extends RemoteArtefact {
  /** Closes the file, once reads that are on their way have ended. Later ones reject with `io`. */
  close(): Promise<void>
}

/** Options of `openFile`. */
export type OpenFileOptions = Omit<OpenOptions, 'blockBytes' | 'cache'>

/** Whether a structure is the nodes of the file themselves, and not those of a table that was read whole. */
const isNode = (shape: TableShape): shape is RemoteNode => 'by' in shape

/** Row numbers 0, 1, 2 …, as many as were needed so far. */
let order = new Uint32Array()

function firstRows(count: number): Uint32Array {
  if (order.length < count) order = Uint32Array.from({ length: 2 * count }, (_, row) => row)
  return order.subarray(0, count)
}

/** A table whose rows are taken at once where that is possible. */
function tableNow({ rows, dim, take }: RemoteTable, now: TakeNow): RemoteTable {
  const takeNow = (indices: ArrayLike<number>) => {
    for (let i = 0; i < indices.length; i++) checkRow(indices[i], rows)
    return now(new Uint32Array(indices))
  }
  return {
    rows,
    dim,
    take: async (indices, options) => takeNow(indices) ?? take(indices, options),
    read: async (indices, options) =>
      rowsOf(takeNow(indices) ?? (await take(indices, options)), firstRows(indices.length))
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
  const file = openDiskFile(path)
  try {
    let rows: DiskRows | undefined
    const cache = (_: unknown, checks: TensorChecks) => {
      rows = diskRows(file, checks, options)
      return rows
    }
    const artefact = await openSource(file, { ...options, cache })
    const { shape } = artefact
    const now = rows && isNode(shape) ? await takerOf(shape, rows) : undefined
    return { ...artefact, ...(now && { table: tableNow(artefact.table, now) }), close: file.close }
  } catch (error) {
    await file.close()
    throw error
  }
}
