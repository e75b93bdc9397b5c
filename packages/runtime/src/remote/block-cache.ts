import { checkOption } from '../check.js'
import type { ReadOptions, Source } from './source.js'

/** Requests under way at a time. */
const parallel = 6
/** The most bytes of one request for rows. */
const longest = 2 ** 20

/** Sizes of the blocks that rows are read in. */
export interface BlockOptions {
  /** Bytes of a block: about 1/2048 of the file unless given, 512 to 65,536. */
  readonly blockBytes?: number
  /** Bytes of the blocks that are kept, those used last; 16 MiB unless given. */
  readonly cacheBytes?: number
  /** The most bytes that are read at once, of rows or of a tensor that every row needs; 1 GiB unless given. */
  readonly maxBytes?: number
}

/** Rows of a file, read in blocks. */
export interface BlockCache {
  /** The rows `ids` of the `rowBytes` bytes each from `begin` on, one after another. */
  rows(begin: number, rowBytes: number, ids: ArrayLike<number>, options?: ReadOptions): Promise<Uint8Array>
}

/** Reads rows of a source in blocks, and keeps the blocks that were used last. */
export function blockCache(source: Source, options: BlockOptions = {}): BlockCache {
  const suited = 2 ** Math.ceil(Math.log2(Math.max(source.size, 1) / 2048))
  const { blockBytes: asked = Math.min(65_536, Math.max(512, suited)), cacheBytes = 2 ** 24 } = options
  const kept = new Map<number, Uint8Array>()
  checkOption('blockBytes', asked, 1)
  checkOption('cacheBytes', cacheBytes, 0)
  const blockBytes = Math.min(longest, Math.ceil(asked))
  const most = Math.floor(cacheBytes / blockBytes)

  function keep(number: number, block: Uint8Array): void {
    kept.delete(number)
    kept.set(number, block)
    if (kept.size > most) kept.delete(kept.keys().next().value!)
  }

  /** Reads the blocks that are missing in `blocks`, neighbours together. */
  async function fetchInto(blocks: Map<number, Uint8Array | undefined>, read: ReadOptions): Promise<void> {
    const missing = [...blocks].filter(([, block]) => !block).map(([number]) => number)
    const runs: [number, number][] = []
    for (const number of missing.sort((a, b) => a - b)) {
      const run = runs.at(-1)
      if (run && run[1] === number && (number - run[0]) * blockBytes < longest) run[1]++
      else runs.push([number, number + 1])
    }
    let next = 0
    const worker = async () => {
      while (next < runs.length) {
        const [first, end] = runs[next++]
        const start = first * blockBytes
        const length = Math.min(end * blockBytes, source.size) - start
        const bytes = await source.read(start, length, read).catch((error) => {
          next = runs.length
          throw error
        })
        for (let number = first; number < end; number++) {
          // A copy: a block that is kept must not keep its neighbours.
          const block = bytes.slice((number - first) * blockBytes, (number - first + 1) * blockBytes)
          blocks.set(number, block)
          keep(number, block)
        }
      }
    }
    await Promise.all(Array.from({ length: Math.min(parallel, runs.length) }, worker))
  }

  return {
    async rows(begin, rowBytes, ids, read = {}) {
      const blocks = new Map<number, Uint8Array | undefined>()
      for (let i = 0; i < ids.length; i++) {
        const start = begin + ids[i] * rowBytes
        for (let number = Math.floor(start / blockBytes); number * blockBytes < start + rowBytes; number++) {
          if (blocks.has(number)) continue
          const block = kept.get(number)
          if (block) keep(number, block)
          blocks.set(number, block)
        }
      }
      await fetchInto(blocks, read)
      const out = new Uint8Array(ids.length * rowBytes)
      for (let i = 0, to = 0; i < ids.length; i++) {
        let at = begin + ids[i] * rowBytes
        for (const end = at + rowBytes; at < end; ) {
          const number = Math.floor(at / blockBytes)
          const from = at - number * blockBytes
          const part = blocks.get(number)!.subarray(from, from + end - at)
          out.set(part, to)
          at += part.length
          to += part.length
        }
      }
      return out
    }
  }
}
