import { rowsOf } from '../operations.js'
import type { Pattern } from '../pattern.js'
import { valuesOfRows } from './merge.js'

/** A small table that is written by its values. */
export const byValues: Pattern = (table, ids, key, { b }) =>
  rowsOf(b, key, [table.rows, table.dim], valuesOfRows(table), ids)
