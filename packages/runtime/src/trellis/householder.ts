import { checkChildren, checkRow, childOf, fail, isInteger } from '../check.js'
import type { TableKind } from '../kinds/kind.js'
import type { LoadNode, Table } from '../table/table.js'

/** The most elements of a basis. It is computed in memory, in a time proportional to its rows × its elements. */
const maxElements = 2 ** 22

/** Elements of the vectors of a basis, `dim` of the first, one less of each that follows. */
const elementsOf = (rows: number, dim: number): number => rows * dim - (rows * (rows - 1)) / 2

/** The elements of `vectors`, row by row, as unit vectors one after another; the first basis vector where all are 0. */
function unitVectors(rows: number, dim: number, vectors: Table): Float64Array {
  const row = new Float32Array(vectors.dim)
  const all = new Float64Array(vectors.rows * vectors.dim)
  for (let i = 0; i < vectors.rows; i++) {
    vectors.readRow(i, row)
    all.set(row, i * vectors.dim)
  }
  for (let i = 0, at = 0; i < rows; i++) {
    const end = at + dim - i
    let squares = 0
    for (let j = at; j < end; j++) squares += all[j] * all[j]
    const length = Math.sqrt(squares)
    if (!(length > 0 && length < Infinity)) all.fill(0, at, end).fill(1, at, at + 1)
    else for (let j = at; j < end; j++) all[j] /= length
    at = end
  }
  return all
}

/** Reflections `x − f · (v · x) · v`, four at a time: those of the axes 4 b … 4 b + 3. */
interface Reflections {
  /** Of each four, in the columns from 4 b on, what their v have there: `4 · (dim − 4 b)` values. */
  readonly vectors: readonly Float64Array[]
  /** Of each four, 16 values: f on the diagonal, and beyond it the inner products of their v. */
  readonly products: Float64Array
}

/** Those that take the axis i to the unit vector w that `vectors` has as its i-th, or to −w: the one of the two that is farther from it. */
function reflectionsOf(rows: number, dim: number, vectors: Table): Reflections {
  const units = unitVectors(rows, dim, vectors)
  const fours: Float64Array[] = []
  const products = new Float64Array(4 * rows + 16)
  for (let first = 0; first < rows; first += 4) {
    const own = new Float64Array(4 * (dim - first))
    fours.push(own)
    for (let i = first; i < first + 4 && i < rows; i++) {
      const k = i - first
      for (let j = i, at = elementsOf(i, dim); j < dim; j++, at++) own[4 * (j - first) + k] = units[at]
      // w becomes v = w ± e, of squared length 2 (1 + |w₀|).
      const w = own[5 * k]
      own[5 * k] += w < 0 ? -1 : 1
      products[4 * first + 5 * k] = 1 / (1 + Math.abs(w))
      for (let at = 0; at < own.length; at += 4) {
        for (let l = 0; l < k; l++) products[4 * first + 4 * l + k] += own[at + l] * own[at + k]
      }
    }
  }
  return { vectors: fours, products }
}

/** Turns `x` by the first `count` reflections, the last one first; reflection i finds `weights[i]` in column i, and 0 before. */
function turn({ vectors, products: g }: Reflections, count: number, weights: Float32Array, x: Float64Array): void {
  for (let b = ((count + 3) >> 2) - 1; b >= 0; b--) {
    const own = vectors[b]
    const first = 4 * b
    for (let i = first; i < first + 4 && i < count; i++) x[i] = weights[i]
    let s0 = 0
    let s1 = 0
    let s2 = 0
    let s3 = 0
    for (let j = first, at = 0; at < own.length; j++, at += 4) {
      const value = x[j]
      s0 += own[at] * value
      s1 += own[at + 1] * value
      s2 += own[at + 2] * value
      s3 += own[at + 3] * value
    }
    // Each after the ones that come later have changed x.
    const at = 16 * b
    s3 *= g[at + 15]
    s2 = (s2 - s3 * g[at + 11]) * g[at + 10]
    s1 = (s1 - s3 * g[at + 7] - s2 * g[at + 6]) * g[at + 5]
    s0 = (s0 - s3 * g[at + 3] - s2 * g[at + 2] - s1 * g[at + 1]) * g[at]
    for (let j = first, at = 0; at < own.length; j++, at += 4) {
      x[j] -= s0 * own[at] + s1 * own[at + 1] + (s2 * own[at + 2] + s3 * own[at + 3])
    }
  }
}

/** The rows that reflections stand for, `rows × dim`: row i is H₀ H₁ … Hᵢ eᵢ. */
function basisOf(rows: number, dim: number, reflections: Reflections): Float32Array {
  const basis = new Float32Array(rows * dim)
  const weights = new Float32Array(rows)
  const x = new Float64Array(dim)
  for (let i = 0; i < rows; i++) {
    weights[i] = 1
    turn(reflections, i + 1, weights, x.fill(0))
    basis.set(x, i * dim)
    weights[i] = 0
  }
  return basis
}

/**
 * `rows` orthonormal rows of `dim` columns, made of reflections (Householder 1958): orthonormal whatever `vectors` holds, which may be
 * rounded. Its elements, row by row, are those of the vectors: `dim` of the first one, one less of each that follows, then what fills
 * the last row.
 *
 * Throws `bad-input` for more rows than columns, more than 2²² elements, or `vectors` of another size.
 */
export function householder(rows: number, dim: number, vectors: Table): Table {
  const needed = elementsOf(rows, dim)
  if (!(isInteger(dim, 1, maxElements) && isInteger(rows, 1, dim) && rows * dim <= maxElements)) {
    fail('bad-input', `householder: expected 1 to dim rows and at most ${maxElements} elements, got ${rows} × ${dim}`)
  }
  if (vectors.rows !== Math.ceil(needed / vectors.dim)) {
    fail('bad-input', `householder: ${needed} elements do not fill ${vectors.rows} × ${vectors.dim}`)
  }
  const children = { vectors }
  let reflections: Reflections | undefined
  let basis: Float32Array | undefined
  let scratch: Float64Array | undefined
  return {
    kind: 'householder',
    rows,
    dim,
    config: { rows, dim },
    tensors: {},
    children,
    orthonormal: true,
    readRow(row, out) {
      checkRow(row, rows)
      reflections ??= reflectionsOf(rows, dim, vectors)
      basis ??= basisOf(rows, dim, reflections)
      out.set(basis.subarray(row * dim, (row + 1) * dim))
    },
    combine(factors, out) {
      reflections ??= reflectionsOf(rows, dim, vectors)
      scratch ??= new Float64Array(dim)
      turn(reflections, rows, factors, scratch.fill(0))
      for (let j = 0; j < dim; j++) out[j] += scratch[j]
    },
    with(next) {
      checkChildren('householder', children, next)
      return householder(rows, dim, childOf(next, 'vectors'))
    }
  }
}

export const loadHouseholder: LoadNode = ({ rows, dim }, _tensors, children) =>
  householder(Number(rows), Number(dim), childOf(children, 'vectors'))

/** How a `householder` node is rebuilt from a file */
export const householderKind: TableKind = { kind: 'householder', load: loadHouseholder }
