/** Which rows are in memory of a fixed size, and where. */
export interface RowCache {
  /** How many rows have room. */
  readonly places: number
  /** The place of a row; below 0 if it has none. */
  find(row: number): number
  /** Gives a row the place of another one. */
  place(row: number): number
  /** Empties a place, whose row could not be read. */
  forget(place: number): void
}

/** How many places a row may have. */
const ways = 8

/**
 * Places for at least `most` rows, or as many as there are. Each row has one of eight, and gets that of a row that was not found since its turn came last
 * (the clock algorithm).
 */
export function rowCache(most: number, rows: number): RowCache {
  const sets = Math.max(1, Math.floor(Math.min(most, 2 * rows) / ways))
  const tags = new Uint32Array(sets * ways)
  const found = new Uint8Array(sets * ways)
  const next = new Uint8Array(sets)
  // The bits of neighbours are spread (Knuth's multiplicative hashing).
  const setOf = (row: number) => Math.floor(((Math.imul(row, 0x9e3779b1) >>> 0) / 2 ** 32) * sets)
  return {
    places: sets * ways,
    find(row) {
      const first = setOf(row) * ways
      for (let at = first; at < first + ways; at++) {
        // 0 is an empty place.
        if (tags[at] !== row + 1) continue
        found[at] = 1
        return at
      }
      return -1
    },
    place(row) {
      const set = setOf(row)
      let at = set * ways + next[set]
      while (found[at] === 1) {
        found[at] = 0
        next[set] = (next[set] + 1) % ways
        at = set * ways + next[set]
      }
      next[set] = (next[set] + 1) % ways
      tags[at] = row + 1
      return at
    },
    forget(place) {
      tags[place] = 0
    }
  }
}
