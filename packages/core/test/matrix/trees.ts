import { defineKind, type TableKind } from '@slimbed/runtime'
import { concat } from '@slimbed/runtime/pq'
import { codebook, packIndex } from '@slimbed/runtime/trellis'
import fc from 'fast-check'
import {
  dense,
  denseOf,
  gather,
  type Matrix,
  matrixFrom,
  partition,
  product,
  SlimbedError,
  sum,
  type Table
} from '../../src/index.js'
import { quantizedOf } from '../../src/quantize.js'

/** A matrix that refuses to be read beyond its end, and whose rows are not there before they are read. */
function lazily(rows: number, dim: number, data: Float32Array): Matrix {
  const held = matrixFrom(rows, dim, data)
  return {
    rows,
    dim,
    async read(start, count) {
      if (start < 0 || start + count > rows) throw new SlimbedError('out-of-range', `rows ${start} to ${start + count}`)
      return (await held.read(start, count)).slice()
    }
  }
}

/** A kind that is not slimbed's and tells single rows only: row i is row `rows − 1 − i` of its operand. */
export function backwards(source: Table): Table {
  const { rows, dim } = source
  return {
    kind: 'backwards',
    rows,
    dim,
    config: {},
    tensors: {},
    children: { source },
    readRow: (row, out) => source.readRow(rows - 1 - row, out),
    with: (children) => backwards(children.source)
  }
}

export const backwardsKind: TableKind = defineKind('backwards', (_config, _tensors, { source }) => backwards(source))

const values = (rows: number, dim: number) =>
  fc
    .array(fc.integer({ min: -64, max: 64 }), { minLength: rows * dim, maxLength: rows * dim })
    .map((whole) => Float32Array.from(whole, (value) => value / 16))

const indices = (count: number, below: number) =>
  fc.array(fc.nat(below - 1), { minLength: count, maxLength: count }).map((ids) => Uint16Array.from(ids))

const leaf = (rows: number, dim: number): fc.Arbitrary<Table> => {
  const grids = fc.record({ bits: fc.constantFrom(1, 2, 3, 4, 8, 12), groupSize: fc.integer({ min: 1, max: dim }) })
  return fc
    .tuple(values(rows, dim), grids, fc.constantFrom('dense', 'held', 'shared', 'own'))
    .map(([data, own, how]) => {
      if (how === 'held') return dense(rows, dim, data)
      const matrix = lazily(rows, dim, data)
      if (how === 'dense') return denseOf(matrix)
      const groups = Math.ceil(dim / own.groupSize)
      const gridsOf = (count: number) => ({
        scale: new Float32Array(count * groups).fill(1 / 8),
        zero: 2 ** own.bits / 2
      })
      const grids = how === 'shared' ? gridsOf(1) : (_: Float32Array, _start: number, count: number) => gridsOf(count)
      return quantizedOf(matrix, { ...own, grids, zero: 2 ** own.bits / 2, half: true })
    })
}

/** Trees of every kind, `rows × dim`, over leaves some of which are yet to be computed. */
export function trees(rows: number, dim: number, depth = 3): fc.Arbitrary<Table> {
  if (depth === 0) return leaf(rows, dim)
  const inner = (rows: number, dim: number) => trees(rows, dim, depth - 1)
  const products = fc
    .integer({ min: 1, max: 4 })
    .chain((rank) => fc.tuple(inner(rows, rank), inner(rank, dim)).map(([left, right]) => product(left, right)))
  const partitions = indices(rows, 3).chain((group) => {
    const sizes = [0, 1, 2].map((id) => group.filter((own) => own === id).length)
    return fc.tuple(...sizes.map((size) => inner(size, dim))).map((parts) => partition(group, parts))
  })
  const gathers = fc
    .integer({ min: 1, max: 2 * rows + 1 })
    .chain((count) => fc.tuple(indices(rows, count), inner(count, dim)).map(([ids, source]) => gather(ids, source)))
  const codebooks = fc
    .integer({ min: 1, max: 2 * rows + 1 })
    .chain((count) =>
      fc.tuple(indices(rows, count), inner(count, dim)).map(([ids, source]) => codebook(packIndex(ids, 6), source))
    )
  const concats = fc.nat(dim - 1).chain((first) => {
    const widths = first === 0 ? [dim] : [first, dim - first]
    return fc.tuple(...widths.map((width) => inner(rows, width))).map(concat)
  })
  const sums = fc.array(inner(rows, dim), { minLength: 1, maxLength: 3 }).map(sum)
  return fc.oneof(
    leaf(rows, dim),
    products,
    partitions,
    gathers,
    codebooks,
    concats,
    sums,
    inner(rows, dim).map(backwards)
  )
}
