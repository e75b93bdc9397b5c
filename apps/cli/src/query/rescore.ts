import { nearest } from '@slimbed/runtime'
import { type CodeSearch, rescore } from '@slimbed/runtime/search'
import { type Neighbour, queryVector, type Searchable } from './ask.js'
import type { Query } from './parse.js'

/** A table of codes, and one of the same words that what it finds is scored by. */
export interface Rescored {
  readonly codes: Searchable
  readonly search: CodeSearch
  readonly table: Searchable
  /** Rows of nearest codes that are scored again. */
  readonly candidates: number
}

/**
 * The `k` nearest words by cosine in the second table, of those that are nearest in codes: by Hamming distance to a word, by inner
 * product to a sum. Throws as `ask` does.
 */
export function askTwice({ codes, search, table, candidates }: Rescored, query: Query, k: number): Neighbour[] {
  const { own, vector } = queryVector(codes, query)
  const most = { k: Math.max(k, candidates), exclude: own }
  const found =
    query.terms.length === 1 && query.terms[0].sign === 1
      ? search.nearest(vector, most)
      : nearest(codes.table, vector, { ...most, norms: codes.norms })
  const again = queryVector(table, query).vector
  const rows = found.map(({ row }) => row)
  return rescore(table.table, again, rows, k).map(({ row, score }) => ({
    word: table.words.word(row),
    row,
    cosine: score
  }))
}
