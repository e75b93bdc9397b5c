import { checkOption } from '../check.js'
import type { SafetensorsEntry } from '../file/safetensors.js'
import type { TensorChecks } from '../file/verify.js'
import type { ReadOptions, Source } from './source.js'

/** The largest block, in bytes. */
const longest = 2 ** 20

/** Sizes of the blocks that rows are read in. */
export interface BlockOptions {
  /** The least size of a read in bytes, rounded up to whole blocks of the file, at most 1 MiB; one block by default. */
  readonly blockBytes?: number
  /** The size of the cache in bytes, for the blocks that were used last; 16 MiB by default. */
  readonly cacheBytes?: number
  /** The largest read in bytes, of rows or of a tensor that every row needs; 1 GiB by default. */
  readonly maxBytes?: number
}

/** Rows of a file, read in blocks. */
export interface BlockCache {
  /** The rows `ids` of a tensor, one after another, `rowBytes` bytes each. */
  rows(entry: SafetensorsEntry, rowBytes: number, ids: ArrayLike<number>, options?: ReadOptions): Promise<Uint8Array>
}

/** Reads rows of a source in blocks, compares checksums, and keeps the blocks that were used last. Throws `bad-option`. */
export function blockCache(source: Source, checks: TensorChecks, options: BlockOptions = {}): BlockCache {
  const { blockBytes: own, check } = checks
  const { blockBytes: asked = own, cacheBytes = 2 ** 24 } = options
  checkOption('blockBytes', asked, 1)
  checkOption('cacheBytes', cacheBytes, 0)
  const blockBytes = own * Math.ceil(Math.min(asked, longest) / own)
  const most = cacheBytes / blockBytes
  /** Blocks by their offset in the file. */
  const kept = new Map<number, Uint8Array>()

  /** The block of a tensor that begins at byte `start` of the file. */
  async function blockAt(start: number, entry: SafetensorsEntry, read: ReadOptions): Promise<Uint8Array> {
    let block = kept.get(start)
    if (!block) {
      const bytes = await source.read(start, Math.min(blockBytes, entry.end - start), read)
      check(bytes, entry, start - entry.begin)
      // A copy, so that a block in the cache does not keep its neighbours in memory.
      block = bytes.slice()
    }
    kept.delete(start)
    kept.set(start, block)
    if (kept.size > most) kept.delete(kept.keys().next().value!)
    return block
  }

  return {
    async rows(entry, rowBytes, ids, read = {}) {
      /** Calls `use` with where a block that a row is in begins, where the row does, and where it does in the result. */
      const eachPart = (use: (start: number, at: number, to: number) => void) => {
        for (let i = 0; i < ids.length; i++) {
          const at = ids[i] * rowBytes
          for (let start = at - (at % blockBytes); start < at + rowBytes; start += blockBytes) {
            use(entry.begin + start, entry.begin + at, i * rowBytes)
          }
        }
      }
      const starts = new Set<number>()
      eachPart((start) => starts.add(start))
      const found = Array.from(starts, async (start) => [start, await blockAt(start, entry, read)] as const)
      const blocks = new Map(await Promise.all(found))
      const out = new Uint8Array(ids.length * rowBytes)
      eachPart((start, at, to) => {
        const from = Math.max(start, at)
        out.set(blocks.get(start)!.subarray(from - start, at + rowBytes - start), to + from - at)
      })
      return out
    }
  }
}
