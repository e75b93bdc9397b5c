/** Rows that were read last, in memory of a fixed size. */
export interface RowCache {
  /** Where in `bytes` a row begins; below 0 if it is not there. */
  find(row: number): number
  /** Where a row is to be put, in the place of another one. */
  place(row: number): number
  /** Forgets a row, whose bytes could not be read. */
  forget(row: number): void
  readonly bytes: Uint8Array
}

/** How many rows may be in the place of each other. */
const ways = 8

/** A cache of rows of `rowBytes` bytes in at most `mostBytes`: each row has one of eight places, and takes that which was filled first. */
export function rowCache(rowBytes: number, mostBytes: number, rows: number): RowCache {
  const asked = Math.min(mostBytes / rowBytes, 2 * rows) / ways
  const sets = 2 ** Math.max(0, Math.floor(Math.log2(Math.max(1, asked))))
  const tags = new Uint32Array(sets * ways)
  const next = new Uint8Array(sets)
  const bytes = new Uint8Array(sets * ways * rowBytes)
  // The bits of neighbours are spread (Knuth's multiplicative hashing).
  const setOf = (row: number) => (Math.imul(row, 0x9e3779b1) >>> 8) & (sets - 1)
  const find = (row: number): number => {
    const first = setOf(row) * ways
    // 0 is an empty place.
    for (let at = first; at < first + ways; at++) if (tags[at] === row + 1) return at * rowBytes
    return -1
  }
  return {
    bytes,
    find,
    place(row) {
      const set = setOf(row)
      const at = set * ways + next[set]
      next[set] = (next[set] + 1) % ways
      tags[at] = row + 1
      return at * rowBytes
    },
    forget(row) {
      const at = find(row)
      if (at >= 0) tags[at / rowBytes] = 0
    }
  }
}
