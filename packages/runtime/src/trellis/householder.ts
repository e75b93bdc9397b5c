import { checkChildren, checkRow, childOf, fail, isInteger } from '../check.js'
import type { TableKind } from '../kinds/kind.js'
import { expandOnce } from '../kinds/multiply.js'
import type { LoadNode, Table } from '../table/table.js'

/** The most elements of a basis. It is computed in memory, in a time proportional to its rows × its elements. */
const maxElements = 2 ** 22

/**
 * Reflections `x − 2 v (v · x) / (v · v)` of four axes: the four v, `4 × size` from the column of the first axis on, and of v number a and b
 * their inner product at `4 a + b`, or 2 over it where they are the same.
 */
type Group = readonly [vectors: Float64Array, products: Float64Array]

/**
 * `Σⱼ x[a + j] · x[b + j]` over `count` elements. A function of its own, as `turn` is: the first row waits for it, and a function that
 * is called often is compiled long before a long loop is.
 */
function inner(x: Float64Array, a: number, b: number, count: number): number {
  let sum = 0
  for (let j = 0; j < count; j++) sum += x[a + j] * x[b + j]
  return sum
}

/** The reflections that the elements of `vectors` stand for, row by row, in groups of four axes; zeros stand for the axis itself. */
function groupsOf(rows: number, dim: number, vectors: Table): Group[] {
  const elements = expandOnce(vectors)
  const groups: Group[] = []
  for (let axis = 0, from = 0; axis < rows; axis += 4) {
    const size = dim - axis
    const all = new Float64Array(4 * size)
    const products = new Float64Array(16)
    for (let k = 0; k < 4 && axis + k < rows; k++) {
      const start = k * size
      const first = start + k
      all.set(elements.subarray(from, from + size - k), first)
      from += size - k
      let length = Math.sqrt(inner(all, start, start, size))
      if (!(length > 0 && length < Infinity)) {
        all.fill(0, start)[first] = 1
        length = 1
      }
      // The axis is taken to the vector or its opposite, the one of the two that is farther from it.
      all[first] += all[first] < 0 ? -length : length
      for (let a = 0; a < k; a++) products[4 * a + k] = inner(all, a * size, start, size)
      products[5 * k] = 1 / Math.abs(length * all[first])
    }
    groups.push([all, products])
  }
  return groups
}

/** Applies the reflections of a group to the last `size` of the values `x`. */
function turn([all, products]: Group, x: Float64Array): void {
  const size = all.length / 4
  const first = x.length - size
  let s0 = 0
  let s1 = 0
  let s2 = 0
  let s3 = 0
  for (let j = 0; j < size; j++) {
    const value = x[first + j]
    s0 += value * all[j]
    s1 += value * all[size + j]
    s2 += value * all[2 * size + j]
    s3 += value * all[3 * size + j]
  }
  // What a reflection finds is less what those before it took away.
  s3 *= products[15]
  s2 = (s2 - s3 * products[11]) * products[10]
  s1 = (s1 - s3 * products[7] - s2 * products[6]) * products[5]
  s0 = (s0 - s3 * products[3] - s2 * products[2] - s1 * products[1]) * products[0]
  for (let j = 0; j < size; j++) {
    x[first + j] -= s0 * all[j] + s1 * all[size + j] + (s2 * all[2 * size + j] + s3 * all[3 * size + j])
  }
}

/**
 * `rows` orthonormal rows of `dim` columns, made of reflections (Householder 1958): orthonormal whatever `vectors` holds, which may be
 * rounded. Its elements, row by row, are those of the vectors: `dim` of the first one, one less of each that follows, then what fills
 * the last row.
 *
 * Throws `bad-input` for more rows than columns, more than 2²² elements, or `vectors` of another size.
 */
export function householder(rows: number, dim: number, vectors: Table): Table {
  // `dim` of the first vector, one less of each that follows.
  const needed = rows * dim - (rows * (rows - 1)) / 2
  if (!(isInteger(dim, 1, maxElements) && isInteger(rows, 1, dim) && rows * dim <= maxElements)) {
    fail('bad-input', `householder: expected 1 to dim rows and at most ${maxElements} elements, got ${rows} × ${dim}`)
  }
  if (vectors.rows !== Math.ceil(needed / vectors.dim)) {
    fail('bad-input', `householder: ${needed} elements do not fill ${vectors.rows} × ${vectors.dim}`)
  }
  const children = { vectors }
  let groups: readonly Group[] | undefined
  let basis: Float32Array | undefined
  const x = new Float64Array(dim)

  /** Adds the rows with these factors, of which those after number `last` are 0, to `out`. */
  function times(factors: Float32Array, out: Float32Array, last = rows - 1): void {
    groups ??= groupsOf(rows, dim, vectors)
    x.fill(0).set(factors)
    // The reflections of later axes do not change what is 0 in their columns.
    for (let g = last >> 2; g >= 0; g--) turn(groups[g], x)
    for (let j = 0; j < dim; j++) out[j] += x[j]
  }

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
      if (!basis) {
        basis = new Float32Array(rows * dim)
        const unit = new Float32Array(rows)
        for (let i = 0; i < rows; i++) {
          unit.fill(0)[i] = 1
          times(unit, basis.subarray(i * dim, (i + 1) * dim), i)
        }
      }
      out.set(basis.subarray(row * dim, (row + 1) * dim))
    },
    times,
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
