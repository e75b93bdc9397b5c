import { checkOption } from '../check.js'
import type { SafetensorsEntry } from '../file/safetensors.js'
import type { TensorChecks } from '../file/verify.js'
import type { ReadOptions, Source } from './source.js'

/** How many requests run at a time. */
const parallel = 6
/** The largest request for rows, in bytes. */
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

  function keep(start: number, block: Uint8Array): void {
    kept.delete(start)
    kept.set(start, block)
    if (kept.size > most) kept.delete(kept.keys().next().value!)
  }

  /** Reads the blocks of a tensor that are missing in `blocks`, adjacent ones in one request. */
  async function fetchInto(
    entry: SafetensorsEntry,
    blocks: Map<number, Uint8Array | undefined>,
    read: ReadOptions
  ): Promise<void> {
    const runs: [number, number][] = []
    for (const [start, block] of [...blocks].sort(([a], [b]) => a - b)) {
      if (block) continue
      const run = runs.at(-1)
      if (run?.[1] === start && start - run[0] < longest) run[1] += blockBytes
      else runs.push([start, start + blockBytes])
    }
    let next = 0
    const worker = async () => {
      while (next < runs.length) {
        const [first, end] = runs[next++]
        try {
          const bytes = await source.read(first, Math.min(end, entry.end) - first, read)
          check(bytes, entry, first - entry.begin)
          for (let at = 0; at < bytes.length; at += blockBytes) {
            // A copy, so that a block in the cache does not keep its neighbours in memory.
            const block = bytes.slice(at, at + blockBytes)
            blocks.set(first + at, block)
            keep(first + at, block)
          }
        } catch (error) {
          next = runs.length
          throw error
        }
      }
    }
    await Promise.all(Array.from({ length: Math.min(parallel, runs.length) }, worker))
  }

  return {
    async rows(entry, rowBytes, ids, read = {}) {
      const { begin } = entry
      /** The offset of the block that contains byte `at`. */
      const startOf = (at: number) => at - ((at - begin) % blockBytes)
      const blocks = new Map<number, Uint8Array | undefined>()
      for (let i = 0; i < ids.length; i++) {
        const at = begin + ids[i] * rowBytes
        for (let start = startOf(at); start < at + rowBytes; start += blockBytes) {
          if (blocks.has(start)) continue
          const block = kept.get(start)
          if (block) keep(start, block)
          blocks.set(start, block)
        }
      }
      await fetchInto(entry, blocks, read)
      const out = new Uint8Array(ids.length * rowBytes)
      let to = 0
      for (let i = 0; i < ids.length; i++) {
        let at = begin + ids[i] * rowBytes
        for (const end = at + rowBytes; at < end; ) {
          const start = startOf(at)
          const part = blocks.get(start)!.subarray(at - start, end - start)
          out.set(part, to)
          at += part.length
          to += part.length
        }
      }
      return out
    }
  }
}
