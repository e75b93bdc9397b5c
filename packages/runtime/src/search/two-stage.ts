import { fail } from '../check.js'
import { dot, squares } from '../lookup/dot.js'
import type { Table } from '../table/table.js'
import { bestOf, type Scored } from './best.js'
import type { CodeSearch, CodeSearchOptions } from './nearest-codes.js'

/**
 * Of some rows, those of highest cosine with `query[0 .. dim)`, best first, equal ones by lower row: `k` of them, 10 unless given.
 * Only these rows are read.
 *
 * Throws `bad-input` for a query of another length, `out-of-range` for a row number that does not exist.
 */
export function rescore(table: Table, query: Float32Array, rows: Iterable<number>, k = 10): Scored[] {
  const { dim } = table
  if (query.length !== dim) fail('bad-input', `rescore: expected a query of ${dim} values, got ${query.length}`)
  if (!(k >= 1)) fail('bad-input', `rescore: k must be 1 or more, not ${k}`)
  const length = Math.sqrt(squares(query, 0, dim))
  const own = Float64Array.from(query)
  const values = new Float32Array(dim)
  const best = bestOf(Math.floor(k))
  // A row offered later must have a higher number for ties to go to the lower one.
  for (const row of Float64Array.from(new Set(rows)).sort()) {
    table.readRow(row, values)
    const scale = Math.sqrt(squares(values, 0, dim)) * length
    const cosine = dot(values, 0, own, dim) / scale
    const score = Number.isFinite(cosine) ? Math.min(1, Math.max(-1, cosine)) : 0
    if (best.wants(score)) best.add({ row, score })
  }
  return best.sorted()
}

/** Options of `nearestInTwoStages`. */
export interface TwoStageOptions extends CodeSearchOptions {
  /** Rows of nearest codes that are scored again; 200 unless given. */
  readonly candidates?: number
}

/**
 * Nearest rows in two stages: those of nearest `code` among the codes, then of these the ones of highest cosine with `query` in a
 * table of the same rows, such as one of 8 bits a value.
 *
 * Throws `bad-input` when the tables have not the same number of rows, or lengths do not fit.
 */
export function nearestInTwoStages(
  codes: CodeSearch,
  code: Float32Array | Uint8Array,
  table: Table,
  query: Float32Array,
  { k = 10, candidates = 200, exclude }: TwoStageOptions = {}
): Scored[] {
  if (codes.rows !== table.rows) {
    fail('bad-input', `two stages: the codes have ${codes.rows} rows, the table ${table.rows}`)
  }
  const found = codes.nearest(code, { k: Math.max(k, candidates), ...(exclude && { exclude }) })
  return rescore(
    table,
    query,
    found.map(({ row }) => row),
    k
  )
}
