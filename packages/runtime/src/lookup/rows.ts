import { fail } from '../check.js'
import type { Table } from '../table/table.js'

/**
 * The rows `indices` of a table, `indices.length × dim`, row-major, in `out` where given.
 *
 * Throws `out-of-range` for an index that is no row, `bad-input` for an `out` that is too small.
 */
export function rows(table: Table, indices: ArrayLike<number>, out?: Float32Array): Float32Array {
  const { dim } = table
  const count = indices.length * dim
  const into = out ?? new Float32Array(count)
  if (into.length < count) fail('bad-input', `rows: out has ${into.length} elements, ${count} are needed`)
  if (table.readRows) {
    table.readRows(indices, into)
    return into
  }
  const row = new Float32Array(dim)
  for (let i = 0; i < indices.length; i++) {
    table.readRow(indices[i], row)
    into.set(row, i * dim)
  }
  return into
}
