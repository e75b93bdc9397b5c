import { fail } from '../check.js'
import type { Matrix } from '../table/matrix.js'
import type { Table } from '../table/table.js'

/** Throws `out-of-range` unless rows `start .. start + count` exist of `rows`. */
export function checkRows(rows: number, start: number, count: number): void {
  if (Number.isInteger(start) && Number.isInteger(count) && start >= 0 && count >= 0 && start + count <= rows) return
  fail('out-of-range', `rows ${start} to ${start + count} of a matrix of ${rows} rows`)
}

/** A table in memory whose rows are decoded one at a time. */
export function rowByRow(table: Table): Matrix {
  const { rows, dim } = table
  const row = new Float32Array(dim)
  return {
    rows,
    dim,
    async read(start, count, into) {
      checkRows(rows, start, count)
      const out = into ?? new Float32Array(count * dim)
      for (let i = 0; i < count; i++) {
        table.readRow(start + i, row)
        out.set(row, i * dim)
      }
      return out
    }
  }
}
