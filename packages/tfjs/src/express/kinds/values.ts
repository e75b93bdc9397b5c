import { SlimbedError, type Table } from '@slimbed/core'
import { valuesOf } from '@slimbed/runtime/kinds'
import { floatTensor } from '../numbers.js'
import { floats, rowsOf } from '../operations.js'
import type { Pattern } from '../pattern.js'

/** All rows of a table, one after another. */
export function valuesOfRows(table: Table): Float32Array {
  const { rows, dim } = table
  const out = new Float32Array(rows * dim)
  for (let row = 0; row < rows; row++) table.readRow(row, out.subarray(row * dim, (row + 1) * dim))
  return out
}

/** A small table that is written by its values. */
export const byValues: Pattern = (table, ids, key, { b }) =>
  rowsOf(b, floats(b, key, [table.rows, table.dim], valuesOfRows(table)), ids)

/** Float32, or half floats, which take half of the file. */
export const dense: Pattern = (table, ids, key, writing) => {
  const values = valuesOf(table)
  if (!values) throw new SlimbedError('unsupported', 'a dense table without values')
  if (values.dtype === 'BF16') return byValues(table, ids, key, writing)
  return rowsOf(writing.b, floatTensor(writing.b, key, [table.rows, table.dim], values), ids)
}
