import { type Dense, dense, type Table } from '@slimbed/core'
import { concat } from '@slimbed/core/kinds/pq'
import { codebook, packIndex } from '@slimbed/core/kinds/trellis'

/** The codes of rows in one codebook, as they are computed. */
export interface Codes {
  set(row: number, code: number): void
  /** Rows of the codebook times `unit`, by number. */
  table(book: Dense, unit: number): Table
}

/** Room for the codes of `rows` rows. */
export function codesOf(rows: number): Codes {
  const codes = new Uint16Array(rows)
  return {
    set(row, code) {
      codes[row] = code
    },
    table({ rows: count, dim, data }, unit) {
      const bits = Math.max(1, Math.ceil(Math.log2(count)))
      const values = unit === 1 ? data : data.map((value) => value * unit)
      return codebook(packIndex(codes, bits), dense(count, dim, values))
    }
  }
}

/** Tables side by side; one alone as it is. */
export const beside = (tables: readonly Table[]): Table => (tables.length === 1 ? tables[0] : concat(tables))
