import { nearest, SlimbedError, type Table, type Vocabulary } from '@slimbed/core'
import { findWord } from './find-word.js'
import type { Query } from './queries.js'

/** A neighbour of a query. */
export interface Neighbour {
  readonly word: string
  readonly row: number
  readonly cosine: number
}

/** A table that can be asked for neighbours of words. */
export interface Searchable {
  readonly table: Table
  readonly words: Vocabulary
  /** `rowNorms(table)`. */
  readonly norms: Float32Array
}

/** Adds `sign` times row `row`, scaled to length 1, to `out`; a row of zeros adds nothing. */
function addUnit({ table, norms }: Searchable, row: number, sign: number, out: Float32Array): void {
  const norm = norms[row]!
  if (norm === 0) return
  const values = new Float32Array(table.dim)
  table.readRow(row, values)
  for (let j = 0; j < out.length; j++) out[j]! += (sign * values[j]!) / norm
}

/**
 * The `k` nearest words by cosine to a query, best first, its own words left out. The terms of a sum are scaled to
 * length 1 first. Throws `unknown-word`.
 */
export function ask(searchable: Searchable, { text, terms }: Query, k: number): Neighbour[] {
  const { table, words, norms } = searchable
  const query = new Float32Array(table.dim)
  const own = terms.map(({ word }) => findWord(word, words))
  terms.forEach(({ sign }, i) => {
    addUnit(searchable, own[i]!, sign, query)
  })
  if (query.every((value) => value === 0)) {
    throw new SlimbedError('bad-input', `${JSON.stringify(text)} is a vector of zeros, which has no neighbours`)
  }
  return nearest(table, query, { k, exclude: own, norms }).map(({ row, score }) => ({
    word: words.word(row),
    row,
    cosine: score
  }))
}
