/** Codes that can be compared with those of a query. */
export interface Scanner {
  /**
   * Calls `found`, in the order of the rows, for rows that differ from the query in fewer bits than the limit: the one given,
   * then the one that `found` returned last. `query` is `⌈bits / 8⌉` bytes, spare bits 0.
   */
  scan(query: Uint8Array, limit: number, found: (row: number, distance: number) => number): void
}
