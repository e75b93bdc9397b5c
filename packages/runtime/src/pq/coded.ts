import type { Term } from './terms.js'

/** The terms of a table, ready to be searched. */
export interface Coded {
  readonly rows: number
  /** Entries of the table of each term. */
  readonly entries: readonly number[]
  /** Where the table of each term begins among all entries. */
  readonly starts: readonly number[]
  /** `rows × terms`, row-major: the entry of each term. */
  readonly codes: Uint8Array | Uint16Array | Uint32Array
  /** The tables for a query, one after another. */
  tables(query: Float64Array): Float64Array
}

/** Brings the codes of each row together. */
export function codedOf(rows: number, terms: readonly Term[]): Coded {
  const count = terms.length
  const entries = terms.map((term) => term.entries)
  const most = Math.max(...entries)
  const codes = new (most <= 2 ** 8 ? Uint8Array : most <= 2 ** 16 ? Uint16Array : Uint32Array)(rows * count)
  const starts: number[] = []
  let total = 0
  for (const [t, { index }] of terms.entries()) {
    for (let row = 0, at = t; row < rows; row++, at += count) codes[at] = index[row]
    starts.push(total)
    total += entries[t]
  }
  const scores = terms.map((term) => term.scores)
  return {
    rows,
    entries,
    starts,
    codes,
    tables(query) {
      const out = new Float64Array(total)
      for (const [t, start] of starts.entries()) out.set(scores[t](query), start)
      return out
    }
  }
}

/** The inner product of a row with the query of the tables: the sum of its entries, in the order of the terms. */
export function scoreOf(codes: Coded['codes'], starts: readonly number[], tables: Float64Array, row: number): number {
  const count = starts.length
  let sum = 0
  for (let t = 0, at = row * count; t < count; t++, at++) sum += tables[starts[t] + codes[at]]
  return sum
}
