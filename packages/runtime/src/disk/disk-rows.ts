import { checkOption } from '../check.js'
import type { SafetensorsEntry } from '../file/safetensors.js'
import type { TensorChecks } from '../file/verify.js'
import type { BlockCache, BlockOptions } from '../remote/block-cache.js'
import type { DiskFile } from './files.js'
import { type RowCache, rowCache } from './row-cache.js'

/** How many reads of a batch run at a time where the disk is waited for. */
const parallel = 16
/** Milliseconds that a read from the system's memory may take on average, and for once. */
const quick = 0.05
const longest = 2
/** So many batches are read in the background after a slow one. */
const patience = 4

/** The rows of one tensor. */
interface TensorRows {
  readonly entry: SafetensorsEntry
  readonly rowBytes: number
  readonly cache: RowCache
  /** A bit for each block whose checksum has been compared. */
  readonly verified: Uint8Array
}

/** Rows of a file on a disk. */
export interface DiskRows extends BlockCache {
  /** The same rows at once, where they need not be waited for. */
  rowsNow(entry: SafetensorsEntry, rowBytes: number, ids: ArrayLike<number>): Uint8Array | undefined
}

/** How much of the cache belongs to the next tensor, so that all of a table have some. */
const share = 0.75

/**
 * Rows of a file on a disk. A block's checksum is compared when the first of its rows is read; later, a row is read alone, from the memory in which the system
 * holds files, or from a cache. While reads are that quick, they are done at once; where the disk must be waited for, in the background, several at a time.
 */
export function diskRows(file: DiskFile, { blockBytes, check }: TensorChecks, options: BlockOptions = {}): DiskRows {
  const { cacheBytes = 2 ** 24 } = options
  checkOption('cacheBytes', cacheBytes, 0)
  let left = cacheBytes
  const tensors = new Map<SafetensorsEntry, TensorRows>()
  let slow = 0

  function rowsOf(entry: SafetensorsEntry, rowBytes: number): TensorRows {
    const found = tensors.get(entry)
    if (found) return found
    const bytes = entry.end - entry.begin
    const own = Math.floor(left * share)
    left -= own
    const made: TensorRows = {
      entry,
      rowBytes,
      cache: rowCache(rowBytes, own, bytes / rowBytes),
      verified: new Uint8Array(Math.ceil(bytes / blockBytes / 8))
    }
    tensors.set(entry, made)
    return made
  }

  /** The first block of a row that has not been compared; -1 if there is none. */
  function unverified({ rowBytes, verified }: TensorRows, row: number): number {
    const start = row * rowBytes
    const last = Math.floor((start + rowBytes - 1) / blockBytes)
    for (let block = Math.floor(start / blockBytes); block <= last; block++) {
      if ((verified[block >> 3] & (1 << (block & 7))) === 0) return block
    }
    return -1
  }

  function verify({ entry, verified }: TensorRows, block: number, bytes: Uint8Array): void {
    check(bytes, entry, block * blockBytes)
    verified[block >> 3] |= 1 << (block & 7)
  }

  const lengthOf = ({ entry }: TensorRows, block: number) =>
    Math.min(blockBytes, entry.end - entry.begin - block * blockBytes)

  /** Memory for blocks, which is used again: much of it would come and go otherwise. */
  const rooms: Uint8Array<ArrayBuffer>[] = []
  const lend = () => rooms.pop() ?? new Uint8Array(blockBytes)

  /** Reads the blocks of a row that have not been compared. */
  function verifyNow(tensor: TensorRows, row: number): void {
    for (let block = unverified(tensor, row); block >= 0; block = unverified(tensor, row)) {
      const room = lend()
      const bytes = room.subarray(0, lengthOf(tensor, block))
      file.readNow(bytes, 0, bytes.length, tensor.entry.begin + block * blockBytes)
      verify(tensor, block, bytes)
      rooms.push(room)
    }
  }

  async function readLater(tensor: TensorRows, row: number, out: Uint8Array): Promise<void> {
    const { entry, rowBytes } = tensor
    for (let block = unverified(tensor, row); block >= 0; block = unverified(tensor, row)) {
      const room = lend()
      const into = room.subarray(0, lengthOf(tensor, block))
      verify(tensor, block, await file.read(entry.begin + block * blockBytes, into.length, { into }))
      rooms.push(room)
    }
    await file.read(entry.begin + row * rowBytes, rowBytes, { into: out })
  }

  /** Copies a row that is in the cache. */
  function copy({ bytes }: RowCache, from: number, rowBytes: number, out: Uint8Array, to: number): void {
    // A call for a short row would cost more than the loop.
    if (rowBytes <= 64) for (let i = 0; i < rowBytes; i++) out[to + i] = bytes[from + i]
    else out.set(bytes.subarray(from, from + rowBytes), to)
  }

  return {
    rowsNow(entry, rowBytes, ids) {
      const out = new Uint8Array(ids.length * rowBytes)
      if (rowBytes === 0) return out
      if (slow > 0) {
        slow--
        return undefined
      }
      const tensor = rowsOf(entry, rowBytes)
      const { cache } = tensor
      const start = performance.now()
      let before = start
      let reads = 0
      for (let i = 0; i < ids.length; i++) {
        const row = ids[i]
        let at = cache.find(row)
        if (at < 0) {
          // What has been read is in the cache.
          if (slow > 0) return undefined
          verifyNow(tensor, row)
          at = cache.place(row)
          try {
            file.readNow(cache.bytes, at, rowBytes, entry.begin + row * rowBytes)
          } catch (error) {
            cache.forget(row)
            throw error
          }
          reads++
          const now = performance.now()
          if (now - before > longest || now - start > longest + quick * reads) slow = patience
          before = now
        }
        copy(cache, at, rowBytes, out, i * rowBytes)
      }
      return out
    },
    async rows(entry, rowBytes, ids) {
      const out = new Uint8Array(ids.length * rowBytes)
      if (rowBytes === 0) return out
      const tensor = rowsOf(entry, rowBytes)
      const { cache } = tensor
      let next = 0
      const worker = async () => {
        while (next < ids.length) {
          const i = next++
          const at = cache.find(ids[i])
          const own = out.subarray(i * rowBytes, (i + 1) * rowBytes)
          try {
            if (at < 0) {
              await readLater(tensor, ids[i], own)
              if (cache.find(ids[i]) < 0) cache.bytes.set(own, cache.place(ids[i]))
            } else copy(cache, at, rowBytes, own, 0)
          } catch (error) {
            next = ids.length
            throw error
          }
        }
      }
      await Promise.all(Array.from({ length: Math.min(parallel, ids.length) }, worker))
      return out
    }
  }
}
