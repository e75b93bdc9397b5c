import type { SafetensorsEntry } from '../file/safetensors.js'
import type { BlockCache } from '../remote/block-cache.js'
import { eachRow, type KeptRows, keptRows } from './kept-rows.js'
import type { Reads } from './reads.js'

/** How much of what is left of the cache belongs to the next rows that are kept. */
const share = 0.75

/** Memory for rows. */
export interface Budget {
  /** How many bytes the next ones may take. */
  next(): number
}

export function budgetOf(cacheBytes: number): Budget {
  let left = cacheBytes
  return {
    next() {
      const own = Math.floor(left * share)
      left -= own
      return own
    }
  }
}

/** Rows of tensors of a file on a disk, each tensor with a cache of its own. */
export function diskRows(reads: Reads, budget: Budget): BlockCache {
  const tensors = new Map<SafetensorsEntry, KeptRows>()
  return {
    async rows(entry, rowBytes, ids) {
      const out = new Uint8Array(ids.length * rowBytes)
      if (rowBytes === 0) return out
      const rows = (entry.end - entry.begin) / rowBytes
      const kept = tensors.get(entry) ?? keptRows(reads, [reads.rowsOf(entry, rows)], rows, budget.next())
      tensors.set(entry, kept)
      const [bytes] = kept.bytes
      await eachRow(reads, kept, ids, (i, place) => {
        const [from, to] = [place * rowBytes, i * rowBytes]
        // A call for a short row would cost more than the loop.
        if (rowBytes <= 64) for (let j = 0; j < rowBytes; j++) out[to + j] = bytes[from + j]
        else out.set(bytes.subarray(from, from + rowBytes), to)
      })
      return out
    }
  }
}
