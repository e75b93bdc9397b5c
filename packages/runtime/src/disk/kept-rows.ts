import type { Reads, StoredRows } from './reads.js'
import { rowCache } from './row-cache.js'

/** Rows that were read last, of tensors that have a row for each row of a table. */
export interface KeptRows {
  readonly tensors: readonly StoredRows[]
  /** The rows of each tensor by their places, `places · rowBytes` bytes. */
  readonly bytes: readonly Uint8Array<ArrayBuffer>[]
  readonly places: number
  /**
   * The place of a row, which is read where it has none. Below 0 if it is better waited for, unless it is read `anyway`. Another row may get the place at the next
   * call. Throws as reading does.
   */
  find(row: number, anyway: boolean): number
  /** Those of the rows `ids[from ..]` that have no place. */
  missing(ids: ArrayLike<number>, from: number): number[]
}

/** Keeps rows in at most `mostBytes` of memory, or eight of them. `placed` is called after a row was read. */
export function keptRows(
  reads: Reads,
  tensors: readonly StoredRows[],
  rows: number,
  mostBytes: number,
  placed?: (place: number) => void
): KeptRows {
  const rowBytes = tensors.reduce((sum, { rowBytes }) => sum + rowBytes, 0)
  const cache = rowCache(mostBytes / Math.max(1, rowBytes), rows)
  const bytes = tensors.map(({ rowBytes }) => new Uint8Array(cache.places * rowBytes))
  return {
    tensors,
    bytes,
    places: cache.places,
    find(row, anyway) {
      const found = cache.find(row)
      if (found >= 0) return found
      if (!anyway && reads.waits()) return -1
      const place = cache.place(row)
      try {
        for (let i = 0; i < tensors.length; i++) reads.now(tensors[i], row, bytes[i], place * tensors[i].rowBytes)
      } catch (error) {
        cache.forget(place)
        throw error
      }
      placed?.(place)
      return place
    },
    missing(ids, from) {
      const out: number[] = []
      for (let i = from; i < ids.length; i++) if (cache.find(ids[i]) < 0) out.push(ids[i])
      return out
    }
  }
}

/**
 * Calls `use` with the place of each row, in order. Rows of a slow disk are read in the background before the others are gone on with. Rejects as reading does, and
 * with `io` for a closed file.
 */
export async function eachRow(
  reads: Reads,
  kept: KeptRows,
  ids: ArrayLike<number>,
  use: (i: number, place: number) => void
): Promise<void> {
  reads.begin()
  let asked = ids
  for (let i = 0, known = 0; i < asked.length; i++) {
    let place = kept.find(asked[i], i < known)
    if (place < 0) {
      // The caller may write to it meanwhile.
      asked = Uint32Array.from(ids)
      await reads.ahead(kept.tensors, kept.missing(asked, i))
      known = asked.length
      place = kept.find(asked[i], true)
    }
    use(i, place)
  }
  reads.end()
}
