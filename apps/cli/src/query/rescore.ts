import { nearest } from '@slimbed/runtime'
import { type CodeSearch, rescore } from '@slimbed/runtime/search'
import { type Neighbour, queryVector, type Searchable } from './ask.js'
import { type Blocks, holdRows, rowsOf } from './blocks.js'
import type { Query } from './parse.js'

/** A table of codes, and a table with the same words whose rows give the scores. */
export interface Rescored {
  readonly codes: Searchable
  readonly search: CodeSearch
  readonly table: Blocks
  /** How many rows with the nearest codes are scored. */
  readonly candidates: number
}

/** The rows whose codes are nearest to a query: by Hamming distance to a word, by inner product to a sum of words. */
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
 * The `k` words that are nearest by cosine in the second table, among those that are nearest in codes. Only these rows of the second table
 * are read. Rejects as `ask` throws, and as reading does.
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
