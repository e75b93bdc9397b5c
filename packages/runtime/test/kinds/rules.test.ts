import {
  bytesSource,
  defineKind,
  dense,
  load,
  nearest,
  openSource,
  partition,
  pool,
  product,
  quantized,
  rowNorms,
  rows as rowsOf,
  type Table,
  type TableKind,
  tableKinds
} from '@slimbed/runtime'
import { codesOf, factorsOf, partsOf, summaryOf, valuesOf } from '@slimbed/runtime/kinds'
import { accelerate } from '@slimbed/runtime/simd'
import { describe, expect, test } from 'vitest'
import { expandRules, selectRules } from '../../src/kinds/rules.js'
import { fileOf } from '../file-of.js'
import { decode } from '../sample.js'

const matrix = dense(3, 2, Float32Array.of(1, 2, 3, 4, 5, 6))
const square = dense(2, 2, Float32Array.of(0, 1, 1, 0))

/** A kind of one's own, that tells single rows alone: twice its operand. */
function twice(source: Table, kind = 'twice'): Table {
  const { rows, dim } = source
  return {
    kind,
    rows,
    dim,
    config: {},
    tensors: {},
    children: { source },
    readRow(row, out) {
      source.readRow(row, out)
      for (let j = 0; j < dim; j++) out[j] *= 2
    },
    with: (children) => twice(children.source, kind)
  }
}

test('every kind says how its rows are expanded and selected', () => {
  const names = tableKinds.map(({ kind }) => kind).sort()
  expect(Object.keys(expandRules).sort()).toEqual(names)
  expect(Object.keys(selectRules).sort()).toEqual(names)
})

// Names that every object has, and that of a kind with rules over other children.
describe.each(['twice', 'constructor', '__proto__'])('a table of a kind without rules, called %s', (kind) => {
  const table = twice(matrix, kind)

  test('is read row by row', () => {
    expect(pool(table, [0, 2])).toEqual(Float32Array.of(6, 8))
    expect(rowNorms(table)[1]).toBeCloseTo(10, 5)
    expect(nearest(table, Float32Array.of(1, 2), { k: 1 })[0].row).toBe(0)
  })

  test('is neither factors nor codes nor parts nor values, and shown by its tensors', () => {
    expect([factorsOf(table), codesOf(table), partsOf(table), valuesOf(table)]).toEqual(Array(4).fill(undefined))
    expect(summaryOf(table)).toBe('')
    expect(decode(accelerate(table))).toEqual(decode(table))
  })
})

test('what a table says itself goes before what its kind does', () => {
  const codes = quantized({
    dim: 2,
    bits: 8,
    groupSize: 2,
    codes: Uint8Array.of(1, 2),
    scale: { dtype: 'F32', shape: [1, 1], data: Float32Array.of(1) },
    zero: 0
  })
  const own = {
    ...twice(matrix),
    values: () => matrix.tensors.data as ReturnType<NonNullable<Table['values']>>,
    codes: () => ({ ...codesOf(codes)!, bits: 7 }),
    factors: () => ({ left: matrix, right: square }),
    parts: () => ({ group: new Uint8Array(3), parts: [matrix] }),
    dots: (_: Float64Array, out: Float64Array) => out.set([0.1, 0.3, 0.2]),
    squaredNorms: (out: Float64Array) => out.fill(1),
    addRows: (_rows: ArrayLike<number>, _weights: ArrayLike<number>, out: Float32Array) => out.fill(7)
  } satisfies Table
  expect(valuesOf(own)).toBe(matrix.tensors.data)
  expect(codesOf(own)?.bits).toBe(7)
  expect(factorsOf(own)?.right).toBe(square)
  expect(partsOf(own)?.parts).toEqual([matrix])
  expect(nearest(own, Float32Array.of(1, 0)).map(({ row }) => row)).toEqual([1, 2, 0])
  expect(pool(own, [0])).toEqual(Float32Array.of(7, 7))
})

test('a table of any kind that is a product of its children is multiplied as one', () => {
  const turned = (left: Table, right: Table): Table => ({
    ...product(left, right),
    kind: 'turned',
    with: (children) => turned(children.left, children.right),
    factors: () => ({ left, right })
  })
  const fast = accelerate(turned(matrix, square))
  expect(fast.kind).toBe('turned')
  expect(fast.readRows).toBeDefined()
  expect(decode(fast)).toEqual(Float32Array.of(2, 1, 4, 3, 6, 5))
  expect(fast.with(fast.children).readRows).toBeDefined()
})

test('the parts of the kinds are what made them', () => {
  expect(factorsOf(product(matrix, square))).toEqual({ left: matrix, right: square })
  const group = Uint8Array.of(1, 0, 0, 0, 1)
  const parts = [matrix, square]
  expect(partsOf(partition(group, parts))).toEqual({ group, parts })
  expect(valuesOf(matrix)?.data).toEqual(Float32Array.of(1, 2, 3, 4, 5, 6))
})

test.each([
  [{ bits: 1, groupSize: 6, scale: [1, 1] }, '1 bit, a scale (F32) per table'],
  [{ bits: 8, groupSize: 1, scale: [1, 6] }, '8 bits, a scale (F32) per column'],
  [{ bits: 4, groupSize: 2, scale: [1, 3] }, '4 bits, a scale (F32) per 2 columns'],
  [{ bits: 4, groupSize: 6, scale: [2, 1] }, '4 bits, a scale (F32) per row'],
  [{ bits: 4, groupSize: 2, scale: [2, 3] }, '4 bits, a scale (F32) per 2 columns of a row']
])('codes are shown by their bits and scales: %o', ({ bits, groupSize, scale: shape }, wanted) => {
  const scale = { dtype: 'F32' as const, shape, data: new Float32Array(shape[0] * shape[1]) }
  const codes = new Uint8Array(2 * Math.ceil((6 * bits) / 8))
  expect(summaryOf(quantized({ dim: 6, bits, groupSize, codes, scale, zero: 0 }))).toBe(wanted)
})

test('other nodes are shown by their tensors', () => {
  expect(summaryOf(matrix)).toBe('data F32')
  expect(summaryOf(partition(new Uint8Array(3), [matrix]))).toBe('group U8')
})

test('a kind of its own is read by ranges where it says how, and whole where it does not', async () => {
  const plain = defineKind('twice', (_config, _tensors, { source }) => twice(source))
  const ranged: TableKind = {
    ...plain,
    select: ({ children: { source } }) => ({ rows: source.rows, dim: source.dim, take: [source] })
  }
  const file = fileOf(twice(matrix))
  const wanted = rowsOf(load(file, { kinds: [plain] }).table, [2, 0])
  for (const [kind, whole] of [
    [plain, true],
    [ranged, false]
  ] as const) {
    const opened = await openSource(bytesSource('file', file), { kinds: [kind] })
    expect(opened.whole).toBe(whole)
    expect(await opened.table.read([2, 0])).toEqual(wanted)
  }
})
