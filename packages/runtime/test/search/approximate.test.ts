import { readFile } from 'node:fs/promises'
import { dense, product, type Scored, searcher, type Table } from '@slimbed/runtime'
import { type ApproximateOptions, approximateSearcher, rescore } from '@slimbed/runtime/search'
import { offset } from '@slimbed/runtime/trellis'
import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { wasmUrl } from '../../assembly/compile.mjs'
import { generator, samples } from '../sample.js'

const every = ({ rows }: Table) => Array.from({ length: rows }, (_, row) => row)

test('with every row a candidate, any table has the rows and scores that all its rows have', () => {
  const property = fc.property(samples, fc.integer(), fc.boolean(), ({ table }, seed, plain) => {
    const random = generator(seed)
    const query = Float32Array.from({ length: table.dim }, () => random() - 0.5)
    for (const codes of ['bytes', 'signs'] as const) {
      const search = approximateSearcher(table, { codes, plain, candidates: 12 })
      expect([search.rows, search.dim]).toEqual([table.rows, table.dim])
      const expected = table.rows === 0 ? [] : rescore(table, query, every(table), 5)
      expect(search.nearest(query, { k: 5 })).toEqual(expected)
      const others = every(table).filter((row) => row !== 1)
      if (others.length > 0) expect(search.nearest(query, { exclude: [1] })).toEqual(rescore(table, query, others))
    }
  })
  fc.assert(property, { numRuns: 100 })
})

/** Rows around centres, a sum of directions of falling size plus a mean: as word vectors are. */
function wordlike(seed: number, rows: number, dim: number): { table: Table; left: Table } {
  const random = generator(seed)
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  const centres = Array.from({ length: 40 }, () => Array.from({ length: dim }, normal))
  const values = Float32Array.from({ length: rows * dim }, (_, i) => {
    const size = (1 + (i % dim) / 5) ** -0.5
    return size * (centres[Math.floor(i / dim) % 40][i % dim] + 0.6 * normal())
  })
  const left = dense(rows, dim, values)
  // A reflection, which is orthonormal.
  const axis = Array.from({ length: dim }, normal)
  const length = axis.reduce((sum, x) => sum + x * x, 0)
  const turn = Float32Array.from({ length: dim * dim }, (_, i) => {
    const [a, b] = [Math.floor(i / dim), i % dim]
    return (a === b ? 1 : 0) - (2 * axis[a] * axis[b]) / length
  })
  const right: Table = { ...dense(dim, dim, turn), orthonormal: true }
  const by = Float32Array.from({ length: dim }, (_, j) => (j % 7 === 0 ? 1 : 0))
  return { table: offset({ dtype: 'F32', shape: [dim], data: by }, product(left, right)), left }
}

/** The share of the ten nearest that are found. */
function recall(table: Table, options: ApproximateOptions): number {
  const search = approximateSearcher(table, options)
  const exact = searcher(table)
  const row = new Float32Array(table.dim)
  let [kept, all] = [0, 0]
  for (let at = 0; at < table.rows; at += Math.ceil(table.rows / 40)) {
    table.readRow(at, row)
    const rowsOf = (found: readonly Scored[]) => found.map((one) => one.row)
    const found = new Set(rowsOf(search.nearest(row, { exclude: [at] })))
    for (const wanted of rowsOf(exact.nearest(row, { exclude: [at] }))) {
      all++
      if (found.has(wanted)) kept++
    }
  }
  return kept / all
}

test('nearly all of the nearest are found by 8 bits, and by signs', () => {
  const { table } = wordlike(1, 4000, 100)
  expect(recall(table, {})).toBeGreaterThan(0.995)
  // Codes alone, without a reserve.
  expect(recall(table, { candidates: 10 })).toBeGreaterThan(0.95)
  expect(recall(table, { codes: 'signs' })).toBeGreaterThan(0.95)
})

test('signs find most of the nearest where there are no clusters, among few candidates', () => {
  const random = generator(11)
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  const table = dense(3000, 96, Float32Array.from({ length: 3000 * 96 }, normal))
  // The bits that differ alone tell two thirds of them.
  expect(recall(table, { codes: 'signs', candidates: 150 })).toBeGreaterThan(0.8)
})

test('a right that is not orthonormal does as well', () => {
  const { left } = wordlike(2, 2000, 48)
  const random = generator(2)
  const right = dense(
    48,
    64,
    Float32Array.from({ length: 48 * 64 }, () => random() - 0.3)
  )
  expect(recall(product(left, right), {})).toBeGreaterThan(0.99)
})

test.each([
  [30, 1],
  [31, 16],
  [32, 17],
  [333, 700]
])('the kernel finds what JavaScript finds, by the same scores: %d × %d', (rows, dim) => {
  const { table } = wordlike(3, rows, dim)
  const random = generator(4)
  const fast = approximateSearcher(table, { candidates: 3 })
  const plain = approximateSearcher(table, { candidates: 3, plain: true })
  expect([fast.engine, plain.engine, fast.byteLength]).toEqual(['simd', 'plain', plain.byteLength])
  for (let i = 0; i < 20; i++) {
    const query = Float32Array.from({ length: dim }, () => random() - 0.5)
    expect(fast.nearest(query, { k: 3 })).toEqual(plain.nearest(query, { k: 3 }))
  }
})

test('only the candidates are rotated back', () => {
  const { left, table } = wordlike(5, 500, 32)
  const { children } = table
  const source = children.source
  const readRow = vi.fn(source.readRow)
  const watched = table.with({ source: { ...source, readRow } })
  const search = approximateSearcher(watched, { candidates: 20 })
  expect(readRow).not.toHaveBeenCalled()
  expect(search.nearest(new Float32Array(32).fill(1))).toHaveLength(10)
  expect(readRow).toHaveBeenCalledTimes(20)
  expect(left.rows).toBe(500)
})

test('rows and queries of zeros, of no finite numbers, and of any length', () => {
  const data = Float32Array.of(0, 0, 1, 2, Number.NaN, 1, 1e30, 2e30, 1e-30, 2e-30, -1, -2)
  const table = dense(6, 2, data)
  for (const plain of [false, true]) {
    const search = approximateSearcher(table, { plain, candidates: 3 })
    const found = search.nearest(Float32Array.of(1, 2), { k: 3 })
    expect(found.map(({ row }) => row).sort()).toEqual([1, 3, 4])
    for (const { score } of found) expect(score).toBeCloseTo(1, 6)
    expect(search.nearest(new Float32Array(2), { k: 1 })[0].score).toBe(0)
    expect(search.nearest(Float32Array.of(1, Number.NaN), { k: 1 }).every(({ score }) => score === 0)).toBe(true)
    expect(search.nearest(Float32Array.of(1, 2), { k: 99 })).toHaveLength(6)
  }
  expect(approximateSearcher(dense(0, 2, new Float32Array())).nearest(Float32Array.of(1, 0))).toEqual([])
})

test('a module that was compiled before searches, another is refused', async () => {
  const { table } = wordlike(6, 100, 20)
  const query = new Float32Array(20).fill(1)
  const module = new WebAssembly.Module(await readFile(wasmUrl('search')))
  const search = approximateSearcher(table, { module })
  expect(search.engine).toBe('simd')
  expect(search.nearest(query)).toEqual(approximateSearcher(table).nearest(query))
  const other = new WebAssembly.Module(await readFile(wasmUrl('simd')))
  const wrong = expect.objectContaining({ code: 'bad-option', message: expect.stringContaining('memory and score') })
  expect(() => approximateSearcher(table, { module: other })).toThrow(wrong)
})

test('what does not fit is refused', () => {
  const table = dense(2, 2, Float32Array.of(1, 2, 3, 4))
  const search = approximateSearcher(table)
  expect(() => search.nearest(new Float32Array(3))).toThrow('expected a query of 2 values, got 3')
  expect(() => search.nearest(new Float32Array(2), { k: 0 })).toThrow('k must be 1 or more, not 0')
  expect(() => approximateSearcher(table, { codes: 'words' as 'signs' })).toThrow(
    'codes: expected bytes or signs, not words'
  )
})
