import { fail } from '../check.js'
import { dot } from '../lookup/dot.js'
import { dots, squaredNorms } from '../lookup/linear.js'
import type { Table } from '../table/table.js'
import { Best, type Scored } from './best.js'

/** Options of `nearest`. */
export interface NearestOptions {
  /** How many rows; 10 unless given. */
  readonly k?: number
  /** Rows to leave out, such as the query's own. */
  readonly exclude?: Iterable<number>
  /** `rowNorms(table)`, to compute it once for many queries. */
  readonly norms?: Float32Array
}

/** The Euclidean norm of every row, `rows` values; 0 below about 1e-22, where the square leaves the range of float32. */
export function rowNorms(table: Table): Float32Array {
  const norms = new Float32Array(table.rows)
  squaredNorms(table, norms)
  for (let i = 0; i < norms.length; i++) norms[i] = Math.sqrt(norms[i])
  return norms
}

/**
 * The rows of highest cosine with `query[0 .. dim)`, best first, equal ones by lower row; a row or query of zeros scores 0.
 *
 * Exact: every row is scored, on the compressed form, and none is kept. Throws `bad-input` for lengths that do not fit.
 */
export function nearest(table: Table, query: Float32Array, options: NearestOptions = {}): Scored[] {
  const { rows, dim } = table
  const { k = 10, exclude } = options
  if (query.length !== dim) fail('bad-input', `nearest: expected a query of ${dim} values, got ${query.length}`)
  if (!(k >= 1)) fail('bad-input', `nearest: k must be 1 or more, not ${k}`)
  if (rows === 0) return []
  const norms = options.norms ?? rowNorms(table)
  if (norms.length !== rows) fail('bad-input', `nearest: expected ${rows} norms, got ${norms.length}`)
  const omitted = new Set(exclude)
  const length = Math.sqrt(dot(query, 0, query, 0, dim))
  const scores = new Float32Array(rows)
  dots(table, query, scores)
  const best = new Best(Math.min(Math.floor(k), rows))
  for (let row = 0; row < rows; row++) {
    const scale = norms[row] * length
    const cosine = scale > 0 ? scores[row] / scale : 0
    // NaN, from values that are not finite, is no likeness.
    const score = Number.isNaN(cosine) ? 0 : Math.min(1, Math.max(-1, cosine))
    if (best.wants(score) && !omitted.has(row)) best.add({ row, score })
  }
  return best.sorted()
}
