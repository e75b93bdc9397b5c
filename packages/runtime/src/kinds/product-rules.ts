import { childOf } from '../check.js'
import { dot } from '../lookup/dot.js'
import type { RemoteParts, Selection } from '../remote/node.js'
import type { BlockTools, Matrix } from '../table/matrix.js'
import type { Factors, Table } from '../table/table.js'
import type { AddRowsRule, DotsRule, NormsRule, WeightsRule } from './kind.js'
import { addProduct, expandOnce } from './multiply.js'

// What can be computed from a product without its rows. It is not in `product`, so that a bundle that only reads rows does not
// contain it.

/** The largest rank for which norms are taken from `right · rightᵀ` (128 MiB of float64) and not from the rows, where that is less work. */
const maxGram = 4096

/** The upper triangle of `right · rightᵀ`, rank × rank, row-major, with what is right of the diagonal doubled. */
function gramTriangle(right: Float32Array, rank: number, dim: number): Float64Array {
  const out = new Float64Array(rank * rank)
  for (let a = 0; a < rank; a++) {
    const own = Float64Array.from(right.subarray(a * dim, (a + 1) * dim))
    for (let b = a; b < rank; b++) {
      out[a * rank + b] = dot(right, b * dim, own, dim) * (a === b ? 1 : 2)
    }
  }
  return out
}

/** Writes `l · G · lᵀ` of every row l of `left` to `out[0 .. left.rows)`, for the `triangle` of G. */
function quadraticForms(left: Table, triangle: Float64Array, out: Float64Array): void {
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
        even += triangle[at] * row[b]
        odd += triangle[at + 1] * row[b + 1]
      }
      if (b < rank) even += triangle[at] * row[b]
      total += (even + odd) * row[a]
    }
    out[i] = Math.max(total, 0)
  }
}

/** The operands of a product. */
export const productFactors = ({ children }: Table): Factors => children as { left: Table; right: Table }

/** The rows of `left` have the weights of the product's rows; `right` belongs to all rows and has none. */
export const productWeights: WeightsRule = (_, weights) => ({ left: weights })

/** `addRows` of a product: the coefficients are summed first, then multiplied once. */
export const addProductRows: AddRowsRule = (table, rows, weights, out, ask) => {
  const { left, right } = productFactors(table)
  const factors = new Float32Array(left.dim)
  ask.addRows(left, rows, weights, factors)
  addProduct(factors, right, out)
  return true
}

/** `dots` of a product: the query is projected first. */
export const productDots: DotsRule = (table, query, out, ask) => {
  const { left, right } = productFactors(table)
  const projected = new Float64Array(right.rows)
  ask.dots(right, query, projected)
  ask.dots(left, projected, out)
  return true
}

/**
 * `squaredNorms` of a product: those of `left` where the rows of `right` are orthonormal, else from `right · rightᵀ`; false if
 * computing from its rows is faster.
 */
export const productNorms: NormsRule = (table, out, ask) => {
  const { left, right } = productFactors(table)
  if (right.orthonormal) {
    ask.squaredNorms(left, out)
    return true
  }
  const { rows: rank, dim } = right
  if (rank > Math.min(dim, maxGram) || rank * (dim + left.rows) > 2 * left.rows * dim) return false
  quadraticForms(left, gramTriangle(expandOnce(right), rank, dim), out)
  return true
}

/** A `product` in blocks: `right` is held. */
export async function expandProduct(
  { rows, dim }: Table,
  { left, right }: Readonly<Record<string, Matrix>>,
  { matmul }: BlockTools
): Promise<Matrix> {
  const rank = right.rows
  const factor = { rows: rank, dim, data: await right.read(0, rank) }
  return {
    rows,
    dim,
    async read(start, count) {
      const block = { rows: count, dim: rank, data: await left.read(start, count) }
      return (await matmul(block, factor)).data
    }
  }
}

/** Every row is a row of `left`. */
export function selectProduct({ children }: RemoteParts): Selection {
  const left = childOf(children, 'left')
  const { rows: rank, dim } = childOf(children, 'right')
  return { rows: left.rows, dim, held: rank * dim, take: [left] }
}
