import { expand, type Matrix, SlimbedError, type Table } from '@slimbed/core'
import type { EvalContext } from '../subject.js'

/** The rows of two matrices side by side. */
const beside = (a: Matrix, b: Matrix): Matrix => {
  const dim = a.dim + b.dim
  return {
    rows: a.rows,
    dim,
    async read(start, count) {
      const [left, right] = await Promise.all([a.read(start, count), b.read(start, count)])
      const out = new Float32Array(count * dim)
      for (let i = 0; i < count; i++) {
        out.set(left.subarray(i * a.dim, (i + 1) * a.dim), i * dim)
        out.set(right.subarray(i * b.dim, (i + 1) * b.dim), i * dim + a.dim)
      }
      return out
    }
  }
}

/** Eigenvalues of a Gram matrix below this share of the largest are rounding, not directions. */
const negligible = 1e-7

/** `V Λ^-½` of the diagonal block of `gram` at `at`, without the directions that are only rounding errors: `dim × count` by columns. */
async function whitening(gram: Float64Array, size: number, at: number, dim: number, { tensor }: EvalContext) {
  const block = new Float64Array(dim * dim)
  for (let i = 0; i < dim; i++) {
    for (let j = 0; j < dim; j++) block[i * dim + j] = gram[(at + i) * size + at + j]
  }
  const { values, vectors } = await tensor.eigh(block, dim)
  const count = values.findIndex((value) => value <= negligible * values[0])
  const kept = count < 0 ? dim : count
  return { count: kept, row: (k: number, j: number) => vectors[k * dim + j] / Math.sqrt(values[k]) }
}

/**
 * The eigenspace overlap score of two tables, from 0 to 1: `‖Uᵀ Ũ‖²F / max(d, d̃)` for the left singular vectors U and Ũ of all d and
 * d̃ directions that they have (May et al. 2019, Definition 2). It says how much of what a linear model could predict from the
 * original it can predict from the table; turning the columns changes nothing.
 *
 * Rejects with `bad-input` if the tables have different numbers of rows.
 */
export async function eigenspaceOverlap(original: Table, table: Table, context: EvalContext): Promise<number> {
  if (original.rows !== table.rows) {
    throw new SlimbedError(
      'bad-input',
      `cannot compare: the table has ${table.rows} rows, the original ${original.rows}`
    )
  }
  const { tensor, signal, progress } = context
  const [a, b] = [await expand(original, tensor), await expand(table, tensor)]
  const size = a.dim + b.dim
  const [gram] = await tensor.gram(beside(a, b), {
    signal,
    progress: (done, total) => progress?.('eigenspaces', done, total)
  })
  const u = await whitening(gram, size, 0, a.dim, context)
  const v = await whitening(gram, size, a.dim, b.dim, context)
  let overlap = 0
  const half = new Float64Array(b.dim)
  for (let k = 0; k < u.count; k++) {
    half.fill(0)
    for (let i = 0; i < a.dim; i++) {
      const factor = u.row(k, i)
      for (let j = 0; j < b.dim; j++) half[j] += factor * gram[i * size + a.dim + j]
    }
    for (let l = 0; l < v.count; l++) {
      let product = 0
      for (let j = 0; j < b.dim; j++) product += half[j] * v.row(l, j)
      overlap += product * product
    }
  }
  const most = Math.max(u.count, v.count)
  return most === 0 ? 1 : overlap / most
}
