import {
  dense,
  gather,
  partition,
  product,
  quantized,
  rowNorms,
  sum,
  type Table,
  type Tensor,
  tableKinds
} from '@slimbed/runtime'
import { leaves, tableBytes, walk, weightsOfChildren } from '@slimbed/runtime/kinds'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addRows, dots } from '../../src/lookup/linear.js'
import { decode, generator, type QuantizedShape, quantizedSample, type Sample, samples } from '../sample.js'

function expectValues({ table, values, slack }: Sample): void {
  const found = decode(table)
  expect(found.length).toBe(values.length)
  for (let i = 0; i < found.length; i++) {
    const [got, want] = [found[i], values[i]]
    if (slack[i] === 0 ? !Object.is(got, Math.fround(want)) : !(Math.abs(got - want) <= slack[i])) {
      throw new Error(`value ${i} of ${table.kind}: ${got}, expected ${want} ± ${slack[i]}`)
    }
  }
}

test('every kind, nested in any way, has the values of the plain decoder', () => {
  fc.assert(fc.property(samples, expectValues), { numRuns: 400 })
})

describe.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16])('quantized to %i bits', (bits) => {
  const shapes: readonly [string, (dim: number) => Omit<QuantizedShape, 'bits'>][] = [
    ['the table', (dim) => ({ groupSize: dim, perRow: false })],
    ['each row', (dim) => ({ groupSize: dim, perRow: true })],
    ['each column', () => ({ groupSize: 1, perRow: false })],
    ['groups of a row', (dim) => ({ groupSize: Math.ceil(dim / 3), perRow: true })]
  ]
  test.each(shapes)('with a scale for %s', (_, shape) => {
    const sizes = fc.record({
      seed: fc.integer(),
      rows: fc.integer({ min: 1, max: 5 }),
      dim: fc.integer({ min: 1, max: 40 })
    })
    const property = fc.property(sizes, ({ seed, rows, dim }) =>
      expectValues(quantizedSample(generator(seed), rows, dim, { bits, ...shape(dim) }))
    )
    fc.assert(property, { numRuns: 25 })
  })
})

test('addRows, dots and squaredNorms agree with the rows', () => {
  const property = fc.property(samples, fc.integer(), ({ table }, seed) => {
    const random = generator(seed)
    const { rows, dim } = table
    const values = Float64Array.from(decode(table))
    const norm = Math.sqrt(values.reduce((sum, x) => sum + x * x, 0)) + 1e-30
    const query = Float32Array.from({ length: dim }, () => random() - 0.5)
    const found = new Float64Array(rows)
    dots(table, Float64Array.from(query), found)
    for (let i = 0; i < rows; i++) {
      let want = 0
      for (let j = 0; j < dim; j++) want += values[i * dim + j] * query[j]
      expect(Math.abs(found[i] - want)).toBeLessThanOrEqual(1e-5 * norm * Math.sqrt(dim))
    }
    const norms = rowNorms(table)
    for (let i = 0; i < rows; i++) {
      const want = Math.hypot(...values.subarray(i * dim, (i + 1) * dim))
      expect(Math.abs(norms[i] - want)).toBeLessThanOrEqual(1e-4 * norm)
    }
    if (rows === 0) return
    const indices = Array.from({ length: 7 }, () => Math.floor(random() * rows))
    const weights = indices.map(() => random() - 0.5)
    const out = new Float32Array(dim).fill(2)
    addRows(table, indices, weights, out)
    for (let j = 0; j < dim; j++) {
      const want = indices.reduce((sum, row, i) => sum + weights[i] * values[row * dim + j], 2)
      expect(Math.abs(out[j] - want)).toBeLessThanOrEqual(1e-5 * (1 + norm))
    }
  })
  fc.assert(property, { numRuns: 300 })
})

test('the same expression over the same children is the same table', () => {
  const property = fc.property(samples, ({ table }) => {
    for (const { table: node } of walk(table)) {
      const again = node.with(node.children)
      expect(decode(again)).toEqual(decode(node))
      expect(again.config).toEqual(node.config)
    }
  })
  fc.assert(property, { numRuns: 50 })
})

const matrix = (rows: number, dim: number, first = 1): Table =>
  dense(
    rows,
    dim,
    Float32Array.from({ length: rows * dim }, (_, i) => i + first)
  )

test('weights reach the children', () => {
  const weights = Float32Array.of(1, 2, 4, 8)
  const of = (table: Table) => Object.fromEntries(weightsOfChildren(table, weights))
  const left = product(matrix(4, 2), matrix(2, 3))
  expect(of(left)).toEqual({ left: weights })
  expect(of(partition(Uint8Array.of(1, 0, 1, 1), [matrix(1, 2), matrix(3, 2)]))).toEqual({
    0: Float32Array.of(2),
    1: Float32Array.of(1, 4, 8)
  })
  expect(of(sum([matrix(4, 2), matrix(4, 2)]))).toEqual({ 0: weights, 1: weights })
  expect(of(gather(Uint8Array.of(2, 0, 2, 2), matrix(3, 2)))).toEqual({ source: Float32Array.of(2, 0, 13) })
  expect(of(matrix(4, 2))).toEqual({})
  // What a table says itself goes first.
  expect(of({ ...left, weightsFor: (name) => (name === 'right' ? Float32Array.of(3) : undefined) })).toEqual({
    right: Float32Array.of(3)
  })
})

test('a row that is not there is out of range', () => {
  const tables = [
    matrix(4, 2),
    product(matrix(4, 2), matrix(2, 3)),
    partition(Uint8Array.of(0, 0, 0, 0), [matrix(4, 2)]),
    gather(Uint8Array.of(0, 0, 0, 0), matrix(3, 2)),
    sum([matrix(4, 2), matrix(4, 2)]),
    quantized({ dim: 2, bits: 8, groupSize: 2, codes: new Uint8Array(8), scale: floats([1, 1]), zero: 0 })
  ]
  for (const table of tables) {
    for (const row of [-1, 4, 0.5, Number.NaN]) {
      const code = expect.objectContaining({ code: 'out-of-range' })
      expect(() => table.readRow(row, new Float32Array(3))).toThrow(code)
      expect(() => addRows(table, [row], [1], new Float32Array(3))).toThrow(code)
    }
  }
})

function floats(shape: number[]): Tensor<'F32'> {
  return { dtype: 'F32', shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) }
}

const codes = new Uint8Array(8)
const quantizedParts = { dim: 4, bits: 4, groupSize: 4, codes, scale: floats([1, 1]), zero: 0 }
const wrong: readonly [string, () => Table, string][] = [
  ['too few elements', () => dense(2, 3, new Float32Array(5)), 'expected 2 × 3 elements of type F32, got 5'],
  ['no columns', () => dense(0, 0, new Float32Array(0)), '1 to 16777216 columns'],
  ['negative rows', () => dense(-1, 1, new Float32Array(0)), 'got -1 × 1'],
  ['bits', () => quantized({ ...quantizedParts, bits: 17 }), 'bits must be an integer from 1 to 16, not 17'],
  [
    'groupSize',
    () => quantized({ ...quantizedParts, groupSize: 5 }),
    'groupSize must be an integer from 1 to dim (4), not 5'
  ],
  [
    'half a row of codes',
    () => quantized({ ...quantizedParts, codes: codes.subarray(1) }),
    '2 bytes a row, got 7 bytes'
  ],
  ['scale', () => quantized({ ...quantizedParts, scale: floats([2, 1]) }), 'a scale of [1 or 4, 1], got [2,1]'],
  ['zero', () => quantized({ ...quantizedParts, zero: floats([4, 1]) }), 'shaped like the scale, got [4,1]'],
  ['infinite zero', () => quantized({ ...quantizedParts, zero: Infinity }), 'a finite number or shaped like the scale'],
  ['inner sizes', () => product(matrix(4, 2), matrix(3, 2)), 'left is 4 × 2, so right must have 2 rows, not 3'],
  ['no parts', () => partition(new Uint8Array(0), []), 'there are no parts'],
  [
    'uneven parts',
    () => partition(Uint8Array.of(0, 1), [matrix(1, 2), matrix(1, 3)]),
    'part 0 has 2 columns, part 1 has 3'
  ],
  ['a group too many', () => partition(Uint8Array.of(0, 2), [matrix(1, 2), matrix(1, 2)]), 'row 1 is of group 2'],
  ['a member short', () => partition(Uint8Array.of(0, 0), [matrix(1, 2)]), 'part 0 has 1 rows, but its group has 2'],
  [
    'an index too far',
    () => gather(Uint8Array.of(0, 3), matrix(3, 2)),
    'row 1 is row 3 of its source, which has 3 rows'
  ],
  ['no terms', () => sum([]), 'there are no terms'],
  ['terms of two shapes', () => sum([matrix(2, 3), matrix(3, 2)]), 'a term is 2 × 3, another 3 × 2'],
  ['another child', () => gather(Uint8Array.of(0), matrix(3, 2)).with({ other: matrix(3, 2) }), '"source" is missing'],
  [
    'a smaller child',
    () => gather(Uint8Array.of(0), matrix(3, 2)).with({ source: matrix(2, 2) }),
    'must stay 3 × 2, got 2 × 2'
  ],
  ['children of none', () => quantized(quantizedParts).with({ left: matrix(1, 1) }), 'expected 0 children, got 1']
]

test.each(wrong)('parts that do not fit are refused: %s', (_, make, message) => {
  expect(make).toThrow(expect.objectContaining({ code: 'bad-input', message: expect.stringContaining(message) }))
})

test('the tree can be walked and counted', () => {
  const table = partition(Uint8Array.of(0, 1, 1), [matrix(1, 4), product(matrix(2, 3), matrix(3, 4))])
  expect([...walk(table)].map(({ path }) => path.join('.'))).toEqual(['', '0', '1', '1.left', '1.right'])
  expect([...leaves(table)].map(({ path }) => path.join('.'))).toEqual(['0', '1.left', '1.right'])
  expect(tableBytes(table)).toBe(3 + 4 * (4 + 6 + 12))
  expect(tableKinds.map(({ kind }) => kind)).toEqual(['dense', 'quantized', 'product', 'partition', 'gather', 'sum'])
})
