import type { Table } from '../table/table.js'
import { eachRow, type LinearForm } from './linear-form.js'

/** Columns of codes and of the query come in multiples of so many. */
export const width = 16
/** Rows are compared four at a time. */
export const together = 4
/** The most rows that the scales of the columns are taken from, in runs of so many. */
const sampled = 4096
const run = 32
/** No column has a scale below this part of the largest. */
const leastScale = 2 ** -10

/** Arrays for codes of rows, rounded up to a multiple of 4, of `stride` columns, a multiple of 16. */
export interface ByteArrays {
  readonly stride: number
  /** `rows × stride`, −127 to 127. */
  readonly codes: Int8Array
  /** What turns an inner product of codes into one of a row of length 1. */
  readonly factors: Float32Array
  /** One over the length of each row, in units of `Scales.unit`; 0 for a row that has none. */
  readonly inverses: Float32Array
}

/** The scale of each column: coefficient = scale · unit · code · (a number of the row's own). */
export interface Scales {
  /** `rank` values, the largest of them 1. */
  readonly columns: Float64Array
  readonly unit: number
}

/** The root mean square of each column, of rows in evenly spaced runs. */
export function scalesOf({ coefficients }: LinearForm): Scales {
  const { rows, dim: rank } = coefficients
  const squares = new Float64Array(rank)
  const row = new Float32Array(rank)
  const runs = Math.ceil(rows / run)
  const every = Math.max(1, Math.floor(runs / (sampled / run)))
  for (let first = 0; first < rows; first += every * run) {
    for (let i = first; i < Math.min(first + run, rows); i++) {
      coefficients.readRow(i, row)
      if (row.every(Number.isFinite)) for (let j = 0; j < rank; j++) squares[j] += row[j] * row[j]
    }
  }
  const roots = squares.map(Math.sqrt)
  const most = roots.reduce((largest, root) => Math.max(largest, root), 0)
  const count = Math.min(rows, sampled)
  if (most === 0) return { columns: roots.fill(1), unit: 1 }
  return { columns: roots.map((root) => Math.max(root / most, leastScale)), unit: most / Math.sqrt(count) }
}

/**
 * Writes the codes of all rows. Each row has a scale of its own, by which the largest of its coefficients, in units of their columns'
 * scales, is 127.
 */
export function encodeBytes(table: Table, form: LinearForm, { columns, unit }: Scales, out: ByteArrays): void {
  const { stride, codes, factors, inverses } = out
  const rank = columns.length
  const over = columns.map((scale) => 1 / scale)
  eachRow(table, form, (row, values, norm) => {
    let largest = 0
    for (let j = 0; j < rank; j++) largest = Math.max(largest, Math.abs(values[j] * over[j]))
    // What is not finite counts as a row of zeros.
    if (!(norm > 0 && norm < Infinity && largest < Infinity)) return
    // Not infinite: it is multiplied by constants of 0.
    inverses[row] = Math.min(unit / norm, 1e30)
    if (largest === 0) return
    factors[row] = largest / 127 / norm
    const steps = 127 / largest
    for (let j = 0, at = row * stride; j < rank; j++, at++) codes[at] = Math.round(values[j] * over[j] * steps)
  })
}

/** A query as whole numbers, and what takes the place of its constant; `exact` scores are these divided by `unit`. */
export interface ByteQuery {
  /** `stride` values. */
  readonly values: Int16Array
  readonly constant: number
}

/**
 * A projected query in 16 bits, or fewer where the inner products would pass 31. Its scores are cosines times a number above 0 that
 * is the same for all rows.
 */
export function byteQuery(
  values: Float64Array,
  constant: number,
  { columns, unit }: Scales,
  stride: number
): ByteQuery {
  const scaled = values.map((value, j) => value * columns[j])
  const largest = scaled.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  // A constant that is all there is must not become infinite.
  const most = Math.max(largest, (Math.abs(constant) / unit) * 2 ** -30)
  const steps = most > 0 ? Math.min(32_767, Math.floor((2 ** 31 - 1) / (127 * stride))) / most : 0
  const out = new Int16Array(stride)
  for (let j = 0; j < scaled.length; j++) out[j] = Math.round(scaled[j] * steps)
  return { values: out, constant: (constant * steps) / unit }
}
