import { checkRow, fail } from '../check.js'
import { isSlimbedError, SlimbedError } from '../error.js'
import { crc32, hex8 } from '../file/crc32.js'
import { safetensorsDataStart } from '../file/safetensors.js'
import { partition } from '../kinds/partition.js'
import { rows as rowsOf } from '../lookup/rows.js'
import { type OpenOptions, openSource, type RemoteArtefact, type RemoteTable } from '../remote/open.js'
import type { ReadOptions, Source } from '../remote/source.js'
import { once } from '../remote/together.js'
import type { Table } from '../table/table.js'
import { parseShards, type ShardPart, type ShardsManifest } from './manifest.js'

/** A table in shards, whose rows stay in their files. */
export interface ShardedArtefact {
  readonly table: RemoteTable
  readonly manifest: ShardsManifest
  /** Opens a part, which is an artefact of its own; it is opened once. */
  part(index: number, options?: ReadOptions): Promise<RemoteArtefact>
  /** The row of a word, by the words of one part after another; -1 for a word of none. */
  find(word: string): Promise<number>
}

/** Checks the size and the header of a part against the manifest, before anything else of it is used. */
async function checkPart(source: Source, { file, bytes, header }: ShardPart, options: ReadOptions): Promise<void> {
  if (source.size !== bytes) fail('corrupt-file', `${file}: ${bytes} bytes were expected, it has ${source.size}`)
  const length = safetensorsDataStart(await source.read(0, 8, options), bytes)
  const found = hex8(crc32(await source.read(0, length, options)))
  if (found !== header) fail('corrupt-file', `${file}: the header is not the one that the manifest names`)
}

/** An error that says which part it is of. */
const inPart = ({ file }: ShardPart, error: unknown): unknown =>
  isSlimbedError(error) && !error.message.includes(file)
    ? new SlimbedError(error.code, `${file}: ${error.message}`, { cause: error })
    : error

/** Opens a file for all who ask at the same time or later, until it is closed. A failure is tried again by the next. */
function openOnce(open: () => Promise<Source>) {
  let opening: Promise<Source> | undefined
  return {
    open: () => {
      const own = opening ?? open()
      opening = own
      own.catch(() => {
        if (opening === own) opening = undefined
      })
      return own
    },
    async close(source: Source): Promise<void> {
      opening = undefined
      await source.close?.()
    }
  }
}

/** The first row of each part, and the end of the last. */
function startsOf(parts: readonly ShardPart[]): number[] {
  const starts = [0]
  for (const { rows } of parts) starts.push(starts[starts.length - 1] + rows)
  return starts
}

/** The part that a row is in. */
function partAt(starts: readonly number[], row: number): number {
  let [low, high] = [0, starts.length - 2]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (starts[middle] <= row) low = middle
    else high = middle - 1
  }
  return low
}

/**
 * Opens a table in shards, given its manifest and a function that opens a file beside it. A part is opened when a row of it is asked for first: size and header are
 * compared with the manifest, all that is read later with the checksums of blocks in that header. `cacheBytes` is for all parts together.
 *
 * Throws as `parseShards` does; reads reject as those of `openSource`.
 */
export function openShards(
  manifestBytes: Uint8Array,
  open: (file: string) => Promise<Source>,
  options: OpenOptions = {}
): ShardedArtefact {
  const manifest = parseShards(manifestBytes)
  const { rows, dim, parts } = manifest
  const starts = startsOf(parts)
  const cacheBytes = Math.floor((options.cacheBytes ?? 2 ** 24) / Math.min(parts.length, 16))
  const opened = parts.map((part) => {
    const file = openOnce(() => open(part.file))
    return once(async (read) => {
      const source = await file.open()
      try {
        await checkPart(source, part, { ...options, ...read })
        const artefact = await openSource(source, { ...options, cacheBytes })
        const { table } = artefact
        if (table.rows === part.rows && table.dim === dim) return artefact
        return fail('corrupt-file', `${part.file}: expected ${part.rows} × ${dim}, it is ${table.rows} × ${table.dim}`)
      } catch (error) {
        // The next read may find another file there.
        if (isSlimbedError(error, 'corrupt-file')) await file.close(source)
        throw inPart(part, error)
      }
    })
  })
  const table: RemoteTable = {
    rows,
    dim,
    async take(indices, read = {}): Promise<Table> {
      const own = new Map<number, number[]>()
      const places: number[] = []
      for (let i = 0; i < indices.length; i++) {
        checkRow(indices[i], rows)
        const part = partAt(starts, indices[i])
        const list = own.get(part) ?? []
        own.set(part, list)
        list.push(indices[i] - starts[part])
        places.push(part)
      }
      // Without rows, a table of none still has its columns.
      if (own.size === 0) own.set(0, [])
      const order = [...own.keys()]
      const taken = await Promise.all(
        order.map(async (part) => {
          const { table } = await opened[part](read)
          return table.take(own.get(part)!, read).catch((error) => {
            throw inPart(parts[part], error)
          })
        })
      )
      if (taken.length === 1) return taken[0]
      const number = new Map(order.map((part, i) => [part, i]))
      return partition(
        Uint32Array.from(places, (part) => number.get(part)!),
        taken
      )
    },
    async read(indices, read) {
      return rowsOf(
        await table.take(indices, read),
        Uint32Array.from({ length: indices.length }, (_, i) => i)
      )
    }
  }
  return {
    table,
    manifest,
    part: (index, read = {}) => (opened[index] ?? fail('out-of-range', `there is no part ${index}`))(read),
    async find(word) {
      for (const [index, open] of opened.entries()) {
        const row = (await open({})).vocabulary?.find(word) ?? -1
        if (row >= 0) return starts[index] + row
      }
      return -1
    }
  }
}
