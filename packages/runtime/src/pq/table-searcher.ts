import { fail } from '../check.js'
import { squares } from '../lookup/dot.js'
import { bestOf } from '../search/best.js'
import { cosineOf, rowNorms, type Searcher } from '../search/nearest.js'
import type { Table } from '../table/table.js'
import type { ModuleOptions } from '../wasm.js'
import { codedOf, scoreOf } from './coded.js'
import { blockRows, simdScanner } from './scanner.js'
import { termsOf } from './terms.js'

/** Options of `tableSearcher`. */
export interface TableSearcherOptions extends ModuleOptions {
  /** `rowNorms(table)`, where they are known. */
  readonly norms?: Float64Array
  /** Keeps to JavaScript where WebAssembly would do. */
  readonly plain?: boolean
}

/** A table of codes that is ready to be searched many times. */
export interface TableSearcher extends Searcher {
  /** What looks for rows: WebAssembly with SIMD, where no codebook has more than 16 rows, or JavaScript. */
  readonly engine: 'simd' | 'plain'
}

/**
 * Makes a table searchable whose rows are made of rows of codebooks, as those of `pq`, `opq` and `residual` are: a query is multiplied
 * with the codebooks, and a row's score is the sum of its entries in these tables (asymmetric distance computation: Jégou, Douze and
 * Schmid 2011). With codes of 4 bits, WebAssembly passes over rows whose score, rounded up, is too low (André, Kermarrec and Le Scouarnec
 * 2017). Results are those of `searcher`, whatever computes them. Holds the codes of all rows, a byte each or more.
 *
 * Throws `bad-input` for any other table and for norms that are not as many as the rows, and `bad-option` for a module that is another.
 */
export function tableSearcher(table: Table, options: TableSearcherOptions = {}): TableSearcher {
  const { rows, dim, kind } = table
  const { norms = rowNorms(table), plain = false, module } = options
  const terms =
    termsOf(table) ?? fail('bad-input', `search by tables: expected rows of codebooks, got the kind ${kind}`)
  if (norms.length !== rows) fail('bad-input', `nearest: expected ${rows} norms, got ${norms.length}`)
  const coded = codedOf(rows, terms)
  const { codes, starts } = coded
  const scanner = plain ? undefined : simdScanner(coded, norms, module)
  return {
    rows,
    dim,
    norms,
    engine: scanner ? 'simd' : 'plain',
    nearest(query, { k = 10, exclude } = {}) {
      if (query.length !== dim) fail('bad-input', `nearest: expected a query of ${dim} values, got ${query.length}`)
      if (!(k >= 1)) fail('bad-input', `nearest: k must be 1 or more, not ${k}`)
      const omitted = new Set(exclude)
      const length = Math.sqrt(squares(query, 0, dim))
      const tables = coded.tables(Float64Array.from(query))
      const wanted = Math.min(Math.floor(k), rows)
      const best = bestOf(wanted)
      const { heap } = best
      const scan = tables.every(Number.isFinite) ? scanner?.scan(tables, length) : undefined
      for (let start = 0; start < rows; start += blockRows) {
        if (scan && heap.length === wanted) start = blockRows * scan.next(start / blockRows, heap[0].score)
        for (let row = start; row < Math.min(start + blockRows, rows); row++) {
          const score = cosineOf(scoreOf(codes, starts, tables, row), norms[row] * length)
          if (best.wants(score) && !omitted.has(row)) best.add({ row, score })
        }
      }
      return best.sorted()
    }
  }
}
