import { fail } from '../check.js'
import type { Table } from '../table/table.js'
import type { ModuleOptions } from '../wasm.js'
import type { Scored } from './best.js'
import { byteStage } from './byte-stage.js'
import type { SearchOptions } from './nearest.js'
import { signStage } from './sign-stage.js'
import { rescore } from './two-stage.js'

/** Options of `approximateSearcher`. */
export interface ApproximateOptions extends ModuleOptions {
  /**
   * What is kept of each row: its coefficients in 8 bits, `dim + 8` bytes a row with `dim` rounded up to a multiple of 16, or their
   * signs, `dim / 8` bytes; 8 bits unless given.
   */
  readonly codes?: 'bytes' | 'signs'
  /** Rows of best codes that are scored again from the table: 16 more than are asked for with bytes, 40 for each with signs. */
  readonly candidates?: number
  /** Keeps to JavaScript where WebAssembly would do. */
  readonly plain?: boolean
}

/** A table of which codes are kept in memory, to be searched many times. */
export interface ApproximateSearcher {
  readonly rows: number
  readonly dim: number
  /** What compares codes: WebAssembly with SIMD, or JavaScript. */
  readonly engine: 'simd' | 'plain'
  /** Bytes of memory that the codes take. */
  readonly byteLength: number
  /**
   * Rows of highest cosine with `query[0 .. dim)`, best first, equal ones by lower row. Scores are exact; a row whose code is too far off
   * to be among the candidates is missed. Throws `bad-input` for lengths that do not fit.
   */
  nearest(query: Float32Array, options?: SearchOptions): Scored[]
}

/**
 * Makes a table searchable in two stages: codes of all rows tell the candidates, and these are scored from the table. Codes are made of
 * the coefficients where the table is a product, with or without an offset: the query is projected, no row is.
 *
 * Throws `bad-option` for other codes, or a module that is another.
 */
export function approximateSearcher(table: Table, options: ApproximateOptions = {}): ApproximateSearcher {
  const { codes = 'bytes', plain = false, candidates } = options
  const { rows, dim } = table
  if (codes !== 'bytes' && codes !== 'signs') fail('bad-option', `codes: expected bytes or signs, not ${codes}`)
  const stage = (codes === 'bytes' ? byteStage : signStage)(table, plain, options)
  const { engine, byteLength } = stage
  return {
    rows,
    dim,
    engine,
    byteLength,
    nearest(query, { k = 10, exclude } = {}) {
      if (query.length !== dim) fail('bad-input', `nearest: expected a query of ${dim} values, got ${query.length}`)
      if (!(k >= 1)) fail('bad-input', `nearest: k must be 1 or more, not ${k}`)
      const wanted = Math.min(Math.floor(k), rows)
      if (wanted === 0) return []
      const count = Math.max(wanted, candidates ?? (codes === 'bytes' ? wanted + 16 : 40 * wanted))
      return rescore(table, query, stage.candidates(Float64Array.from(query), count, new Set(exclude)), wanted)
    }
  }
}
