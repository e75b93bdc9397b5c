import { addRowsRules, dotRules, normRules, ruleOf } from '../kinds/rules.js'
import type { Table } from '../table/table.js'
import { dot, squares } from './dot.js'

/**
 * Adds `Σᵢ weights[i] · row(rows[i])` to `out[0 .. dim)`, by the table's own method, by the rule of its kind, or else row by row.
 */
export function addRows(table: Table, rows: ArrayLike<number>, weights: ArrayLike<number>, out: Float32Array): void {
  if (table.addRows) {
    table.addRows(rows, weights, out, asked)
    return
  }
  if (ruleOf(addRowsRules, table)?.(table, rows, weights, out, asked)) return
  const { dim } = table
  const row = new Float32Array(dim)
  const sum = new Float64Array(dim)
  for (let i = 0; i < rows.length; i++) {
    const weight = weights[i]
    table.readRow(rows[i], row)
    for (let j = 0; j < dim; j++) sum[j] += weight * row[j]
  }
  for (let j = 0; j < dim; j++) out[j] += sum[j]
}

/** Writes the inner product of every row with a query, or with itself. */
function dotsByRow(table: Table, query: Float64Array | undefined, out: Float64Array): void {
  const { rows, dim } = table
  const row = new Float32Array(dim)
  for (let i = 0; i < rows; i++) {
    table.readRow(i, row)
    out[i] = query ? dot(row, 0, query, dim) : squares(row, 0, dim)
  }
}

/** Writes the inner product of every row with `query[0 .. dim)` to `out[0 .. rows)`, as the table or its kind does it, else row by row. */
export function dots(table: Table, query: Float64Array, out: Float64Array): void {
  if (table.dots) table.dots(query, out, asked)
  else if (!ruleOf(dotRules, table)?.(table, query, out, asked)) dotsByRow(table, query, out)
}

/** Writes the squared Euclidean norm of every row to `out[0 .. rows)`, as the table or its kind does it, else row by row. */
export function squaredNorms(table: Table, out: Float64Array): void {
  if (table.squaredNorms) table.squaredNorms(out, asked)
  else if (!ruleOf(normRules, table)?.(table, out, asked)) dotsByRow(table, undefined, out)
}

const asked = { addRows, dots, squaredNorms }
