import type { SafetensorsEntry } from '../file/safetensors.js'
import type { TensorChecks } from '../file/verify.js'
import type { DiskFile } from './files.js'

/** How many reads run at a time where the disk is waited for. */
const parallel = 16
/** Milliseconds that a read from the system's memory takes at most, on average. Where a machine is busy, now and then one takes longer. */
const quick = 0.05
/** The clock is looked at after so many reads, and at the end of a batch. */
const each = 8
/** The disk is waited for after so many looks at the clock that found it slow, one after another. */
const strikes = 2
/** So many batches are then read in the background, before it is tried again. */
const patience = 4

/** The rows of one tensor in a file. */
export interface StoredRows {
  readonly entry: SafetensorsEntry
  readonly rowBytes: number
  /** A bit for each block whose checksum has been compared. */
  readonly verified: Uint8Array
}

/** Reads rows. A block's checksum is compared when the first of its rows is read; later, a row is read alone, from the memory in which the system holds files. */
export interface Reads {
  /** The rows of a tensor, `count` of them. */
  rowsOf(entry: SafetensorsEntry, count: number): StoredRows
  /** Begins a batch of rows, and ends it. */
  begin(): void
  end(): void
  /** Whether the disk is slow, so that what comes next is better read in the background. */
  waits(): boolean
  /** Reads a row while the caller waits: into `into`, from its byte `at` on. */
  now(rows: StoredRows, id: number, into: Uint8Array, at: number): void
  /** Reads rows of tensors in the background, after which the system has them in its memory. */
  ahead(tensors: readonly StoredRows[], ids: ArrayLike<number>): Promise<void>
}

/** Reads rows of a file, at once while that is quick. */
export function verifiedReads(file: DiskFile, { blockBytes, check }: TensorChecks): Reads {
  const known = new Map<SafetensorsEntry, StoredRows>()
  /** Memory for blocks, which is used again: much of it would come and go otherwise. */
  const rooms: Uint8Array<ArrayBuffer>[] = []
  let start = 0
  let count = 0
  let struck = 0
  let waiting = 0

  function look(): void {
    const now = performance.now()
    struck = now - start > quick * count ? struck + 1 : 0
    if (struck >= strikes) {
      waiting = patience + 1
      // One more such look is enough when it is tried again.
      struck = strikes - 1
    }
    start = now
    count = 0
  }

  /** The first block of a row that has not been compared; -1 if there is none. */
  function unverified({ rowBytes, verified }: StoredRows, row: number): number {
    const start = row * rowBytes
    const last = Math.floor((start + rowBytes - 1) / blockBytes)
    for (let block = Math.floor(start / blockBytes); block <= last; block++) {
      if ((verified[block >> 3] & (1 << (block & 7))) === 0) return block
    }
    return -1
  }

  /** Memory for a block that has not been compared, and where it is in the file. */
  function lend({ entry }: StoredRows, block: number) {
    const from = block * blockBytes
    const room = rooms.pop() ?? new Uint8Array(blockBytes)
    return { room, from, into: room.subarray(0, Math.min(blockBytes, entry.end - entry.begin - from)) }
  }

  function compare({ entry, verified }: StoredRows, from: number, bytes: Uint8Array): void {
    check(bytes, entry, from)
    const block = from / blockBytes
    verified[block >> 3] |= 1 << (block & 7)
  }

  async function readAhead(rows: StoredRows, id: number, into: Uint8Array): Promise<void> {
    const { entry, rowBytes } = rows
    for (let block = unverified(rows, id); block >= 0; block = unverified(rows, id)) {
      const lent = lend(rows, block)
      compare(rows, lent.from, await file.read(entry.begin + lent.from, lent.into.length, { into: lent.into }))
      rooms.push(lent.room)
    }
    await file.read(entry.begin + id * rowBytes, rowBytes, { into })
  }

  return {
    rowsOf(entry, count) {
      const found = known.get(entry)
      if (found) return found
      const bytes = entry.end - entry.begin
      const verified = new Uint8Array(Math.ceil(bytes / blockBytes / 8))
      const made = { entry, rowBytes: count === 0 ? 0 : bytes / count, verified }
      known.set(entry, made)
      return made
    },
    begin() {
      if (waiting > 0) waiting--
      start = performance.now()
      count = 0
    },
    end() {
      if (count > 0) look()
    },
    waits: () => waiting > 0,
    now(rows, id, into, at) {
      const { entry, rowBytes } = rows
      for (let block = unverified(rows, id); block >= 0; block = unverified(rows, id)) {
        const lent = lend(rows, block)
        file.readNow(lent.into, 0, lent.into.length, entry.begin + lent.from)
        compare(rows, lent.from, lent.into)
        rooms.push(lent.room)
        count += each
      }
      file.readNow(into, at, rowBytes, entry.begin + id * rowBytes)
      if (++count >= each || struck > 0) look()
    },
    async ahead(tensors, ids) {
      let next = 0
      const worker = async () => {
        const into = tensors.map(({ rowBytes }) => new Uint8Array(rowBytes))
        while (next < ids.length) {
          const id = ids[next++]
          try {
            for (let i = 0; i < into.length; i++) await readAhead(tensors[i], id, into[i])
          } catch (error) {
            next = ids.length
            throw error
          }
        }
      }
      await Promise.all(Array.from({ length: Math.min(parallel, ids.length) }, worker))
      start = performance.now()
      count = 0
    }
  }
}
