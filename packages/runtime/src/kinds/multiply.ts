import { dot } from '../linear.js'
import type { Table } from '../table.js'

/** The rows of a small table, `rows × dim`, row-major: its own data when they are float32. */
export function expand(table: Table): Float32Array {
  const data = table.kind === 'dense' ? table.tensors.data?.data : undefined
  if (data instanceof Float32Array) return data
  const { rows, dim } = table
  const row = new Float32Array(dim)
  const out = new Float32Array(rows * dim)
  for (let i = 0; i < rows; i++) {
    table.readRow(i, row)
    out.set(row, i * dim)
  }
  return out
}

/** Adds `Σₖ factors[k] · right[k]` to `out[0 .. dim)`; `right` is `factors.length × dim`, row-major. */
export function addProduct(factors: Float32Array, right: Float32Array, dim: number, out: Float32Array): void {
  const rank = factors.length
  let k = 0
  // Eight rows of `right` at a time: one load and one store of `out` for eight multiplications.
  for (; k + 8 <= rank; k += 8) {
    const f0 = factors[k]!
    const f1 = factors[k + 1]!
    const f2 = factors[k + 2]!
    const f3 = factors[k + 3]!
    const f4 = factors[k + 4]!
    const f5 = factors[k + 5]!
    const f6 = factors[k + 6]!
    const f7 = factors[k + 7]!
    const end = (k + 1) * dim
    for (let r = k * dim, j = 0; r < end; r++, j++) {
      const low = f0 * right[r]! + f1 * right[r + dim]! + (f2 * right[r + 2 * dim]! + f3 * right[r + 3 * dim]!)
      const high =
        f4 * right[r + 4 * dim]! + f5 * right[r + 5 * dim]! + (f6 * right[r + 6 * dim]! + f7 * right[r + 7 * dim]!)
      out[j]! += low + high
    }
  }
  for (; k < rank; k++) {
    const factor = factors[k]!
    for (let j = 0, r = k * dim; j < dim; j++, r++) out[j]! += factor * right[r]!
  }
}

/** The upper triangle of `right · rightᵀ`, rank × rank, row-major, with what is right of the diagonal doubled. */
export function gramTriangle(right: Float32Array, rank: number, dim: number): Float64Array {
  const out = new Float64Array(rank * rank)
  for (let a = 0; a < rank; a++) {
    for (let b = a; b < rank; b++) {
      out[a * rank + b] = dot(right, a * dim, right, b * dim, dim) * (a === b ? 1 : 2)
    }
  }
  return out
}

/** Writes `l · G · lᵀ` of every row l of `left` to `out[0 .. left.rows)`, for the `triangle` of G. */
export function quadraticForms(left: Table, triangle: Float64Array, out: Float32Array): void {
  const { rows, dim: rank } = left
  const row = new Float32Array(rank)
  for (let i = 0; i < rows; i++) {
    left.readRow(i, row)
    let total = 0
    for (let a = 0; a < rank; a++) {
      let even = 0
      let odd = 0
      let at = a * rank + a
      let b = a
      for (; b + 1 < rank; b += 2, at += 2) {
        even += triangle[at]! * row[b]!
        odd += triangle[at + 1]! * row[b + 1]!
      }
      if (b < rank) even += triangle[at]! * row[b]!
      total += (even + odd) * row[a]!
    }
    out[i] = Math.max(total, 0)
  }
}
