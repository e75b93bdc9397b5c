import { addProductRows, productDots, productSquaredNorms } from './kinds/product-rules.js'
import { quantizedDots } from './kinds/quantized-rules.js'
import type { Table } from './table.js'

/** `Σⱼ a[i + j] · b[k + j]` over `count` elements, in float64. */
export function dot(a: Float32Array, i: number, b: Float32Array, k: number, count: number): number {
  // Four sums: additions need not wait for one another.
  let s0 = 0
  let s1 = 0
  let s2 = 0
  let s3 = 0
  const end = i + count
  const four = end - (count & 3)
  while (i < four) {
    s0 += a[i] * b[k]
    s1 += a[i + 1] * b[k + 1]
    s2 += a[i + 2] * b[k + 2]
    s3 += a[i + 3] * b[k + 3]
    i += 4
    k += 4
  }
  while (i < end) s0 += a[i++] * b[k++]
  return s0 + s1 + (s2 + s3)
}

/** Adds `Σᵢ weights[i] · row(rows[i])` to `out[0 .. dim)`, by the table's own `addRows` if any. */
export function addRows(table: Table, rows: ArrayLike<number>, weights: ArrayLike<number>, out: Float32Array): void {
  if (table.addRows) {
    table.addRows(rows, weights, out)
    return
  }
  if (table.kind === 'product') {
    addProductRows(table, rows, weights, out)
    return
  }
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

/** Writes the inner product of every row with `query[0 .. dim)` to `out[0 .. rows)`, by the table's own `dots` if any. */
export function dots(table: Table, query: Float32Array, out: Float32Array): void {
  if (table.dots) {
    table.dots(query, out)
    return
  }
  if (table.kind === 'product') {
    productDots(table, query, out)
    return
  }
  if (table.kind === 'quantized' && quantizedDots(table, query, out)) return
  const { rows, dim } = table
  const data = table.kind === 'dense' ? table.tensors.data?.data : undefined
  if (data instanceof Float32Array) {
    for (let i = 0; i < rows; i++) out[i] = dot(data, i * dim, query, 0, dim)
    return
  }
  const row = new Float32Array(dim)
  for (let i = 0; i < rows; i++) {
    table.readRow(i, row)
    out[i] = dot(row, 0, query, 0, dim)
  }
}

/** Writes the squared Euclidean norm of every row to `out[0 .. rows)`, by the table's own `squaredNorms` if any. */
export function squaredNorms(table: Table, out: Float32Array): void {
  if (table.squaredNorms) {
    table.squaredNorms(out)
    return
  }
  if (table.kind === 'product' && productSquaredNorms(table, out)) return
  const { rows, dim } = table
  const row = new Float32Array(dim)
  for (let i = 0; i < rows; i++) {
    table.readRow(i, row)
    out[i] = dot(row, 0, row, 0, dim)
  }
}
