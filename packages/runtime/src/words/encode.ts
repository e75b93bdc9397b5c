import { checkRow, fail } from '../check.js'
import { squares } from '../lookup/dot.js'
import { pool } from '../lookup/pool.js'
import type { Table } from '../table/table.js'
import type { Vocabulary } from './vocabulary.js'

/** Splits a text into tokens: words of the vocabulary, or numbers of rows. */
export type Tokenize = (text: string) => Iterable<string | number>

/** Options of `tokenRows`. */
export interface TokenOptions {
  /** `words` unless given. */
  readonly tokenize?: Tokenize
}

/** Options of `encode`. */
export interface EncodeOptions extends TokenOptions {
  /** The weight of each row of the table in a text, such as its inverse frequency; 1 unless given. */
  readonly weights?: ArrayLike<number>
  /** Whether to scale the result to a length of 1; true unless given. */
  readonly normalize?: boolean
  /** Where to write the result. */
  readonly out?: Float32Array
}

/** The words of a text: letters, digits and marks, with apostrophes and hyphens inside. */
export const words: Tokenize = (text) => text.match(/[\p{L}\p{N}\p{M}]+(?:['’_-][\p{L}\p{N}\p{M}]+)*/gu) ?? []

/**
 * The rows of a text's tokens, in their order. A word that is not in the vocabulary is looked up in lower case, then left out.
 *
 * Throws `out-of-range` for a token that is a number and no row.
 */
export function tokenRows(vocabulary: Vocabulary, text: string, { tokenize = words }: TokenOptions = {}): Uint32Array {
  const rows: number[] = []
  for (const token of tokenize(text)) {
    if (typeof token === 'number') {
      checkRow(token, vocabulary.size)
      rows.push(token)
      continue
    }
    const row = vocabulary.find(token)
    const found = row < 0 ? vocabulary.find(token.toLowerCase()) : row
    if (found >= 0) rows.push(found)
  }
  return Uint32Array.from(rows)
}

/**
 * A vector of a text, `dim` values, straight from the compressed form: the weighted mean of the rows of its tokens, of length 1 unless
 * `normalize` is false. Zeros where no token has a row.
 *
 * Throws `bad-input` without a vocabulary or for weights that do not fit, and `out-of-range`.
 */
export function encode(
  { table, vocabulary }: { readonly table: Table; readonly vocabulary?: Vocabulary | undefined },
  text: string,
  options: EncodeOptions = {}
): Float32Array {
  const { weights, normalize = true, out = new Float32Array(table.dim) } = options
  if (!vocabulary) return fail('bad-input', 'encode: the table has no vocabulary')
  if (weights && weights.length !== table.rows) {
    fail('bad-input', `encode: ${weights.length} weights for ${table.rows} rows`)
  }
  const rows = tokenRows(vocabulary, text, options)
  pool(table, rows, { out, ...(weights && { weights: Float64Array.from(rows, (row) => weights[row]) }) })
  const length = Math.sqrt(squares(out, 0, table.dim))
  if (normalize && length > 0) for (let j = 0; j < table.dim; j++) out[j] /= length
  return out
}
