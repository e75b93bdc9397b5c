import { fail } from '../check.js'
import { squares } from '../lookup/dot.js'
import { dots, squaredNorms } from '../lookup/linear.js'
import type { Table } from '../table/table.js'
import { bestOf, type Scored } from './best.js'

/** Options of one search. */
export interface SearchOptions {
  /** How many rows; 10 unless given. */
  readonly k?: number
  /** Rows to leave out, such as the query's own. */
  readonly exclude?: Iterable<number>
}

/** Options of `nearest`. */
export interface NearestOptions extends SearchOptions {
  /** `rowNorms(table)`, to compute it once for many queries, as `searcher` does. */
  readonly norms?: Float64Array
}

/** A table that is ready to be searched many times. */
export interface Searcher {
  readonly rows: number
  readonly dim: number
  /** The Euclidean norm of every row, `rows` values. */
  readonly norms: Float64Array
  /**
   * The rows of highest cosine with `query[0 .. dim)`, best first, equal ones by lower row; a row or query of zeros scores 0.
   *
   * Exact: every row is scored, on the compressed form. Throws `bad-input` for lengths that do not fit.
   */
  nearest(query: Float32Array, options?: SearchOptions): Scored[]
}

/** The Euclidean norm of every row, `rows` values, in float64: rows of 1e-30 and of 1e30 have one too. */
export function rowNorms(table: Table): Float64Array {
  const norms = new Float64Array(table.rows)
  squaredNorms(table, norms)
  return norms.map(Math.sqrt)
}

/** The cosine of an inner product, given the product of the lengths; 0 where that is 0. */
export function cosineOf(product: number, lengths: number): number {
  const cosine = lengths > 0 ? product / lengths : 0
  // NaN, which comes from values that are not finite, does not count as a score.
  return Number.isNaN(cosine) ? 0 : Math.min(1, Math.max(-1, cosine))
}

/**
 * Makes a table searchable: what does not depend on the query, its norms, is computed once and kept, with room for the scores,
 * 16 bytes a row. Throws `bad-input` for norms that are not as many as the rows.
 */
export function searcher(table: Table, norms = rowNorms(table)): Searcher {
  const { rows, dim } = table
  if (norms.length !== rows) fail('bad-input', `nearest: expected ${rows} norms, got ${norms.length}`)
  const scores = new Float64Array(rows)
  return {
    rows,
    dim,
    norms,
    nearest(query, { k = 10, exclude } = {}) {
      if (query.length !== dim) fail('bad-input', `nearest: expected a query of ${dim} values, got ${query.length}`)
      if (!(k >= 1)) fail('bad-input', `nearest: k must be 1 or more, not ${k}`)
      const omitted = new Set(exclude)
      const length = Math.sqrt(squares(query, 0, dim))
      dots(table, Float64Array.from(query), scores)
      const best = bestOf(Math.min(Math.floor(k), rows))
      for (let row = 0; row < rows; row++) {
        const score = cosineOf(scores[row], norms[row] * length)
        if (best.wants(score) && !omitted.has(row)) best.add({ row, score })
      }
      return best.sorted()
    }
  }
}

/** One search, as `searcher(table).nearest`: for many, that is many times faster. Throws as it does. */
export const nearest = (table: Table, query: Float32Array, { norms, ...options }: NearestOptions = {}): Scored[] =>
  searcher(table, norms).nearest(query, options)
