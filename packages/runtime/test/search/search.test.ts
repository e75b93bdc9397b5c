import {
  dense,
  encode,
  gather,
  nearest,
  partition,
  pool,
  product,
  quantized,
  rowNorms,
  rows,
  searcher,
  sum,
  type Table
} from '@slimbed/runtime'
import { vocabularyOf } from '@slimbed/runtime/format'
import { rescore } from '@slimbed/runtime/search'
import { codebook, householder, offset, packIndex, trellis } from '@slimbed/runtime/trellis'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decode, generator, samples } from '../sample.js'
import { trellisParts } from '../trellis-sample.js'

function cosines(table: Table, query: Float32Array): number[] {
  const values = decode(table)
  const { dim } = table
  return Array.from({ length: table.rows }, (_, row) => {
    let [dot, a, b] = [0, 0, 0]
    for (let j = 0; j < dim; j++) {
      const x = values[row * dim + j]
      dot += x * query[j]
      a += x * x
      b += query[j] ** 2
    }
    return a === 0 || b === 0 ? 0 : dot / Math.sqrt(a * b)
  })
}

test('nearest finds the rows of highest cosine', () => {
  const property = fc.property(samples, fc.integer(), fc.integer({ min: 1, max: 15 }), ({ table }, seed, k) => {
    const random = generator(seed)
    const query = Float32Array.from({ length: table.dim }, () => random() - 0.5)
    // Rows whose terms cancel have no cosine to speak of in float32.
    const norms = rowNorms(table)
    fc.pre(norms.every((norm) => norm > 1e-3 * Math.max(...norms)))
    const exclude = random() < 0.5 ? [0, 2] : []
    const want = cosines(table, query)
    const order = [...want.keys()].filter((row) => !exclude.includes(row)).sort((a, b) => want[b] - want[a])
    const found = nearest(table, query, { k, exclude })
    expect(found.length).toBe(Math.min(k, order.length))
    expect(new Set(found.map(({ row }) => row)).size).toBe(found.length)
    found.forEach(({ row, score }, i) => {
      expect(exclude).not.toContain(row)
      expect(Math.abs(score - want[row])).toBeLessThan(1e-3)
      expect(Math.abs(score - want[order[i]])).toBeLessThan(1e-3)
    })
  })
  fc.assert(property, { numRuns: 300 })
})

test('of dense tables the scores are the cosines and ties go to the lower row', () => {
  const some = fc.record({
    seed: fc.integer(),
    count: fc.integer({ min: 1, max: 60 }),
    k: fc.integer({ min: 1, max: 70 })
  })
  const property = fc.property(some, ({ seed, count, k }) => {
    const random = generator(seed)
    // Few distinct rows, some of them zeros, so that there are many ties.
    const data = Float32Array.from({ length: count * 2 }, () => Math.floor(random() * 3) - 1)
    const table = dense(count, 2, data)
    const query = Float32Array.of(1, Math.floor(random() * 3) - 1)
    const want = cosines(table, query)
    const order = [...want.keys()].sort((a, b) => (Math.abs(want[b] - want[a]) > 1e-9 ? want[b] - want[a] : a - b))
    expect(nearest(table, query, { k }).map(({ row }) => row)).toEqual(order.slice(0, k))
  })
  fc.assert(property, { numRuns: 300 })
})

test('zero rows, zero queries and what is not finite score 0', () => {
  const table = dense(4, 2, Float32Array.of(0, 0, 1, 0, NaN, 1, -1, 0))
  expect(nearest(table, Float32Array.of(1, 0))).toEqual([
    { row: 1, score: 1 },
    { row: 0, score: 0 },
    { row: 2, score: 0 },
    { row: 3, score: -1 }
  ])
  expect(nearest(table, Float32Array.of(0, 0), { k: 2 })).toEqual([
    { row: 0, score: 0 },
    { row: 1, score: 0 }
  ])
  expect(nearest(dense(0, 2, new Float32Array(0)), Float32Array.of(1, 0))).toEqual([])
})

test('a searcher gives the same answers, the second time too', () => {
  const property = fc.property(samples, ({ table }) => {
    const query = new Float32Array(table.dim).fill(1)
    const search = searcher(table)
    for (const other of [query, query.map((_, j) => j - 1)]) {
      expect(search.nearest(other, { k: 3, exclude: [1] })).toEqual(nearest(table, other, { k: 3, exclude: [1] }))
    }
    expect([search.rows, search.dim, search.norms]).toEqual([table.rows, table.dim, rowNorms(table)])
    expect(nearest(table, query, { norms: search.norms })).toEqual(nearest(table, query))
  })
  fc.assert(property, { numRuns: 30 })
})

/** A table of every kind whose row i is `lengths[i] · unit`. */
function scaledRows(unit: Float32Array, lengths: readonly number[]): [string, Table][] {
  const dim = unit.length
  const rows = lengths.length
  const column = dense(rows, 1, Float32Array.from(lengths))
  const row = dense(1, dim, unit)
  const all = dense(
    rows,
    dim,
    Float32Array.from({ length: rows * dim }, (_, i) => lengths[Math.floor(i / dim)] * unit[i % dim])
  )
  const codes = quantized({
    dim,
    bits: 2,
    groupSize: dim,
    codes: new Uint8Array(rows * Math.ceil(dim / 4)).fill(0b11_10_01_00),
    scale: { dtype: 'F32', shape: [rows, 1], data: Float32Array.from(lengths) },
    zero: 1.5
  })
  const bfloats = Uint16Array.from(new Uint32Array(Float32Array.from(lengths).buffer), (bits) => bits >>> 16)
  return [
    ['dense', all],
    ['quantized', codes],
    ['product', product(column, row)],
    [
      'product of a large right',
      product(
        column,
        dense(
          1,
          dim,
          unit.map((value) => value * 1e8)
        )
      )
    ],
    [
      'product whose rows are shorter',
      product(
        all,
        dense(
          dim,
          dim,
          Float32Array.from({ length: dim * dim }, (_, i) => Number(i % (dim + 1) === 0))
        )
      )
    ],
    ['gather', gather(Uint32Array.from(lengths.keys()), all)],
    ['partition', partition(new Uint8Array(rows), [all])],
    ['sum', sum([all, all])],
    ['bfloat16', dense(rows, 1, bfloats, 'BF16')]
  ]
}

const lengths = [1, 1e20, 1e-23, 1e30, 1e-30, 1e-16, 3e15]
test.each(scaledRows(Float32Array.of(0.3, -0.9, 0.1, 0.2), lengths))(
  'cosines do not depend on the length of a row: %s',
  (_, table) => {
    for (let row = 0; row < lengths.length; row++) {
      const query = rows(table, [row])
      const found = nearest(table, query, { k: lengths.length })
      expect(found.map(({ row }) => row).sort()).toEqual([...lengths.keys()])
      for (const { score } of found) expect(score).toBeCloseTo(1, 5)
      for (const { score } of rescore(table, query, lengths.keys())) expect(score).toBeCloseTo(1, 5)
      const norms = rowNorms(table)
      expect(norms[row] / Math.hypot(...query)).toBeCloseTo(1, 5)
      const vocabulary = vocabularyOf(lengths.map((_, i) => `w${i}`))
      expect(Math.hypot(...encode({ table, vocabulary }, `w${row}`))).toBeCloseTo(1, 5)
    }
  }
)

test('what does not fit a search is refused', () => {
  const table = dense(2, 2, Float32Array.of(1, 2, 3, 4))
  const bad = expect.objectContaining({ code: 'bad-input' })
  expect(() => nearest(table, new Float32Array(3))).toThrow(bad)
  expect(() => nearest(table, new Float32Array(2), { k: 0 })).toThrow(bad)
  expect(() => nearest(table, new Float32Array(2), { norms: new Float64Array(1) })).toThrow(bad)
  expect(() => pool(table, [0, 1], { weights: [1] })).toThrow(bad)
  expect(() => pool(table, [0], { out: new Float32Array(1) })).toThrow(bad)
  expect(() => rows(table, [0], new Float32Array(1))).toThrow(bad)
  const beyond = expect.objectContaining({ code: 'out-of-range' })
  expect(() => rows(table, [2])).toThrow(beyond)
  expect(() => pool(table, [2])).toThrow(beyond)
})

test('pool is the mean of the rows, weighted or not', () => {
  const property = fc.property(samples, fc.integer(), ({ table }, seed) => {
    fc.pre(table.rows > 0)
    const { dim } = table
    const random = generator(seed)
    const values = decode(table)
    const indices = Uint32Array.from({ length: 1 + Math.floor(random() * 9) }, () => Math.floor(random() * table.rows))
    const weights = random() < 0.5 ? Float32Array.from(indices, () => random() + 0.1) : undefined
    const size = Math.max(1e-30, ...values.map(Math.abs))
    const found = pool(table, indices, weights ? { weights } : {})
    for (let j = 0; j < dim; j++) {
      let [sum, total] = [0, 0]
      indices.forEach((row, i) => {
        sum += (weights?.[i] ?? 1) * values[row * dim + j]
        total += weights?.[i] ?? 1
      })
      expect(Math.abs(found[j] - sum / total)).toBeLessThanOrEqual(1e-4 * size)
    }
  })
  fc.assert(property, { numRuns: 300 })
})

test('pool of nothing, or of no weight, is zeros', () => {
  const table = dense(2, 2, Float32Array.of(1, 2, 3, 4))
  const out = Float32Array.of(9, 9, 9)
  expect(pool(table, [], { out })).toBe(out)
  expect(out).toEqual(Float32Array.of(0, 0, 9))
  expect(pool(table, [0, 1], { weights: [1, -1] })).toEqual(Float32Array.of(0, 0))
})

/** A table that counts how often its rows are read. */
function counted(table: Table): { table: Table; reads: () => number } {
  let count = 0
  const readRow = (row: number, out: Float32Array) => {
    count++
    table.readRow(row, out)
  }
  const { kind, rows, dim, config, tensors, children } = table
  const same: Table = { kind, rows, dim, config, tensors, children, readRow, with: () => same }
  return { table: same, reads: () => count }
}

test('a product is multiplied once for a whole pool, below partition and gather too', () => {
  const left = counted(dense(4, 2, Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8)))
  const right = counted(gather(Uint8Array.of(0, 1), dense(2, 3, Float32Array.of(1, 0, 2, 0, 1, 1))))
  const table = gather(Uint8Array.of(3, 2, 1, 0), partition(new Uint8Array(4), [product(left.table, right.table)]))
  expect(pool(table, [0, 1, 2, 3])).toEqual(Float32Array.of(4, 5, 13))
  expect(left.reads()).toBe(4)
  expect(right.reads()).toBe(2)
  pool(table, [0, 1])
  expect(right.reads()).toBe(2)
})

test('of entropy-coded tables no row is rotated back by a search, a pool or norms', () => {
  const { parts } = trellisParts(generator(1), 50, 9)
  const books = trellisParts(generator(2), 4, 9)
  const numbers = Array.from({ length: 50 }, (_, i) => i % 4)
  const left = sum([trellis(parts), codebook(packIndex(numbers, 2), trellis(books.parts))])
  const vectors = dense(5, 9, Float32Array.from({ length: 45 }, generator(3)))
  const whole = product(left, householder(9, 9, vectors))
  const readRow = () => {
    throw new Error('a row is rotated back')
  }
  const by = { dtype: 'F32', shape: [9], data: new Float32Array(9).fill(0.5) } as const
  const table = offset(by, { ...whole, readRow })
  const plain = dense(50, 9, decode(offset(by, whole)))
  const query = Float32Array.from({ length: 9 }, generator(4))
  const close = (found: ArrayLike<number>, expected: ArrayLike<number>) => {
    const size = Math.max(...Array.from(expected, Math.abs))
    for (let i = 0; i < expected.length; i++) expect(Math.abs(found[i] - expected[i])).toBeLessThan(1e-5 * size)
  }
  expect(nearest(table, query).map(({ row }) => row)).toEqual(nearest(plain, query).map(({ row }) => row))
  close(rowNorms(table), rowNorms(plain))
  close(pool(table, [3, 7, 7]), pool(plain, [3, 7, 7]))
})

test('rows come in the order asked for, into the array given', () => {
  const table = dense(3, 2, Float32Array.of(1, 2, 3, 4, 5, 6))
  expect(rows(table, [2, 0, 2])).toEqual(Float32Array.of(5, 6, 1, 2, 5, 6))
  const out = new Float32Array(5)
  expect(rows(table, Uint8Array.of(1, 2), out)).toBe(out)
  expect(out).toEqual(Float32Array.of(3, 4, 5, 6, 0))
})
