import { nearest, SlimbedError, type Table, type Vocabulary } from '@slimbed/runtime'
import { findWord } from './find-word.js'
import type { Query } from './parse.js'

/** A neighbour of a query. */
export interface Neighbour {
  readonly word: string
  readonly row: number
  readonly cosine: number
}

/** A table in which neighbours of words can be searched. */
export interface Searchable {
  readonly table: Table
  readonly words: Vocabulary
  /** `rowNorms(table)`. */
  readonly norms: Float64Array
  /** Vectors of words that are none of `words`. */
  readonly others?: Others
}

/** Vectors by words. */
export type Others = ReadonlyMap<string, Float32Array>

/** Adds `sign` times row `row`, scaled to length 1, to `out`; a row of zeros adds nothing. */
function addUnit({ table, norms }: Searchable, row: number, sign: number, out: Float32Array): void {
  const norm = norms[row]
  if (norm === 0) return
  const values = new Float32Array(table.dim)
  table.readRow(row, values)
  for (let j = 0; j < out.length; j++) out[j] += (sign * values[j]) / norm
}

/** Adds `sign` times a vector, scaled to length 1. */
function addVector(values: Float32Array, sign: number, out: Float32Array): void {
  const norm = Math.hypot(...values)
  for (let j = 0; j < out.length; j++) out[j] += norm === 0 ? 0 : (sign * values[j]) / norm
}

/**
 * A query as a vector, and the rows of its words; the terms of a sum are scaled to length 1 first. Throws `unknown-word`, and
 * `bad-input` for a vector of zeros.
 */
export function queryVector(searchable: Searchable, { text, terms }: Query): { own: number[]; vector: Float32Array } {
  const { table, words, others } = searchable
  const vector = new Float32Array(table.dim)
  const own: number[] = []
  for (const { word, sign } of terms) {
    const other = others?.get(word)
    if (other) addVector(other, sign, vector)
    else {
      const row = findWord(word, words)
      own.push(row)
      addUnit(searchable, row, sign, vector)
    }
  }
  if (vector.every((value) => value === 0)) {
    throw new SlimbedError('bad-input', `${JSON.stringify(text)} is a vector of zeros, which has no neighbours`)
  }
  return { own, vector }
}

/** The `k` nearest words by cosine to a query, best first, its own words left out. Throws as `queryVector` does. */
export function ask(searchable: Searchable, query: Query, k: number): Neighbour[] {
  const { table, words, norms } = searchable
  const { own, vector } = queryVector(searchable, query)
  return nearest(table, vector, { k, exclude: own, norms }).map(({ row, score }) => ({
    word: words.word(row),
    row,
    cosine: score
  }))
}
