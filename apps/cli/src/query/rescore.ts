import { nearest } from '@slimbed/runtime'
import { type CodeSearch, rescore } from '@slimbed/runtime/search'
import { type Neighbour, queryVector, type Searchable } from './ask.js'
import { type Blocks, holdRows, rowsOf } from './blocks.js'
import type { Query } from './parse.js'

/** A table of codes, and one of the same words that what it finds is scored by. */
export interface Rescored {
  readonly codes: Searchable
  readonly search: CodeSearch
  readonly table: Blocks
  /** Rows of nearest codes that are scored again. */
  readonly candidates: number
}

/** Rows that are near a query in codes: by Hamming distance to a word, by inner product to a sum. */
function near({ codes, search, candidates }: Rescored, query: Query, k: number): number[] {
  const { own, vector } = queryVector(codes, query)
  const most = { k: Math.max(k, candidates), exclude: own }
  const found =
    query.terms.length === 1 && query.terms[0].sign === 1
      ? search.nearest(vector, most)
      : nearest(codes.table, vector, { ...most, norms: codes.norms })
  return found.map(({ row }) => row)
}

/**
 * The `k` nearest words by cosine in the second table, of those that are nearest in codes; of the second table only these rows are
 * read. Rejects as `ask` throws, and as reading does.
 */
export async function askTwice(rescored: Rescored, query: Query, k: number): Promise<Neighbour[]> {
  const { table } = rescored
  const rows = near(rescored, query, k)
  const held = await holdRows(table, [...rows, ...rowsOf([query], table.words)])
  const again = queryVector(held, query).vector
  return rescore(held.table, again, rows, k).map(({ row, score }) => ({
    word: table.words.word(row),
    row,
    cosine: score
  }))
}
