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

/**
 * Turns the rows `axis …` of `basis`, `… × dim`, by the reflection that takes the axis `axis` to the unit vector `w` at `at`, or to
 * −w: the one of the two that is farther from it. Four rows at a time: their sums need not wait for one another.
 */
function reflect(basis: Float64Array, dim: number, axis: number, w: Float64Array, at: number): void {
  const size = dim - axis
  // w becomes v = w ± e, of squared length 2 (1 + |w₀|).
  const factor = 1 / (1 + Math.abs(w[at]))
  w[at] += w[at] < 0 ? -1 : 1
  const last = basis.length - 3 * dim
  for (let a = axis * dim + axis; a < last; a += 4 * dim) {
    // Beyond the last row there are rows of zeros.
    const b = a + dim
    const c = b + dim
    const d = c + dim
    let sa = 0
    let sb = 0
    let sc = 0
    let sd = 0
    for (let j = 0; j < size; j++) {
      const x = w[at + j]
      sa += x * basis[a + j]
      sb += x * basis[b + j]
      sc += x * basis[c + j]
      sd += x * basis[d + j]
    }
    sa *= factor
    sb *= factor
    sc *= factor
    sd *= factor
    for (let j = 0; j < size; j++) {
      const x = w[at + j]
      basis[a + j] -= sa * x
      basis[b + j] -= sb * x
      basis[c + j] -= sc * x
      basis[d + j] -= sd * x
    }
  }
}

/** The rows that unit vectors stand for, `rows × dim`: row i is H₀ H₁ … Hᵢ eᵢ. */
function basisOf(rows: number, dim: number, vectors: Table): Float32Array {
  const units = unitVectors(rows, dim, vectors)
  const basis = new Float64Array((rows + 3) * dim)
  for (let i = 0; i < rows; i++) basis[i * dim + i] = 1
  // The reflections after Hᵢ do not change row i, since it is 0 in their columns.
  for (let i = rows - 1; i >= 0; i--) reflect(basis, dim, i, units, elementsOf(i, dim))
  return Float32Array.from(basis.subarray(0, rows * dim))
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
  let basis: Float32Array | undefined
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
      basis ??= basisOf(rows, dim, vectors)
      out.set(basis.subarray(row * dim, (row + 1) * dim))
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
