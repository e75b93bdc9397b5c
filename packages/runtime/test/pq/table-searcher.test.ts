import { readFile } from 'node:fs/promises'
import { dense, product, searcher, sum, type Table } from '@slimbed/runtime'
import { concat, tableSearcher } from '@slimbed/runtime/pq'
import { codebook, offset, packIndex } from '@slimbed/runtime/trellis'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileKernels, moduleSource, tablesFolder, tablesModuleUrl, wasmUrl } from '../../assembly/compile.mjs'
import { decode, generator } from '../sample.js'

type Random = () => number
const below = (random: Random, count: number) => Math.floor(random() * count)
const matrix = (random: Random, rows: number, dim: number) =>
  dense(
    rows,
    dim,
    Float32Array.from({ length: rows * dim }, () => random() * 2 - 1.1)
  )

/** Codes of `bits` bits in a codebook of as many rows as these tell apart, or fewer. */
function coded(random: Random, rows: number, dim: number, bits: number): Table {
  const count = Math.max(1, 2 ** bits - below(random, 3))
  const ids = Uint32Array.from({ length: rows }, () => below(random, count))
  return codebook(packIndex(ids, bits), matrix(random, count, dim))
}

const parts = (random: Random, rows: number, widths: readonly number[], bits: number) =>
  concat(widths.map((width) => coded(random, rows, width, bits)))

/** A product-quantized table, in one of the forms that there are. */
function form(random: Random, rows: number, bits: number): Table {
  const widths = Array.from({ length: 1 + below(random, 9) }, () => 1 + below(random, 3))
  const dim = widths.reduce((a, b) => a + b, 0)
  const plain = parts(random, rows, widths, bits)
  const vector = { dtype: 'F32', shape: [dim], data: Float32Array.from({ length: dim }, random) } as const
  const forms = [
    () => plain,
    () => product(plain, matrix(random, dim, dim)),
    () => sum([plain, coded(random, rows, dim, bits)]),
    () => offset(vector, product(plain, matrix(random, dim, dim))),
    () => product(offset(vector, plain), matrix(random, dim, 5))
  ]
  return forms[below(random, forms.length)]()
}

/** The rows of highest cosine, from all rows decoded. */
function expected(table: Table, query: Float32Array, k: number, omitted: ReadonlySet<number>) {
  const all = searcher(dense(table.rows, table.dim, decode(table))).nearest(query, { k, exclude: omitted })
  return { rows: all.map(({ row }) => row), scores: all.map(({ score }) => score) }
}

test('the nearest rows are those of the decoded table, compiled or not, to the bit the same', () => {
  const cases = fc.record({
    seed: fc.integer(),
    rows: fc.integer({ min: 1, max: 200 }),
    bits: fc.constantFrom(1, 3, 4, 4, 4, 6, 8),
    k: fc.integer({ min: 1, max: 30 })
  })
  fc.assert(
    fc.property(cases, ({ seed, rows, bits, k }) => {
      const random = generator(seed)
      const table = form(random, rows, bits)
      const query = Float32Array.from({ length: table.dim }, () => random() - 0.5)
      const omitted = new Set([below(random, rows)])
      const simd = tableSearcher(table)
      const plain = tableSearcher(table, { plain: true, norms: simd.norms })
      expect([simd.engine, plain.engine]).toEqual([bits <= 4 ? 'simd' : 'plain', 'plain'])
      const found = plain.nearest(query, { k, exclude: omitted })
      expect(simd.nearest(query, { k, exclude: omitted })).toEqual(found)
      const wanted = expected(table, query, k, omitted)
      expect(found.length).toBe(wanted.rows.length)
      for (const [i, { score }] of found.entries()) expect(Math.abs(score - wanted.scores[i])).toBeLessThan(1e-5)
    })
  )
})

test('top 10 of many rows, each row its own score, in the order of the decoded table', () => {
  const random = generator(8)
  const table = product(parts(random, 20_000, Array(16).fill(2), 4), matrix(random, 32, 32))
  const rows = decode(table)
  const search = tableSearcher(table)
  expect(search.engine).toBe('simd')
  for (let at = 0; at < 20; at++) {
    const query = rows.slice(at * 32, (at + 1) * 32).map((value) => value + random() - 0.5)
    expect(search.nearest(query).map(({ row }) => row)).toEqual(expected(table, query, 10, new Set()).rows)
  }
})

test('rows and queries of zeros score 0; numbers that are not finite count as 0', () => {
  const source = dense(3, 1, Float32Array.of(0, 1, -1))
  const table = concat([codebook(packIndex([0, 1, 2, 0], 2), source), codebook(packIndex([0, 0, 0, 1], 2), source)])
  for (const plain of [true, false]) {
    const search = tableSearcher(table, { plain })
    const scores = (...query: number[]) =>
      search.nearest(Float32Array.from(query)).map(({ row, score }) => [row, score])
    expect(scores(1, 0)).toEqual([
      [1, 1],
      [0, 0],
      [3, 0],
      [2, -1]
    ])
    expect(scores(0, 0).map(([, score]) => score)).toEqual([0, 0, 0, 0])
    expect(scores(Number.NaN, 1).map(([, score]) => score)).toEqual([0, 0, 0, 0])
    expect(scores(1e30, 1e30).map(([row]) => row)).toEqual([1, 3, 0, 2])
  }
})

test('what cannot be searched by tables is refused', () => {
  const random = generator(1)
  expect(() => tableSearcher(matrix(random, 3, 2))).toThrow('expected rows of codebooks, got the kind dense')
  expect(() => tableSearcher(product(matrix(random, 3, 2), matrix(random, 2, 2)))).toThrow('got the kind product')
  expect(() => tableSearcher(sum([coded(random, 3, 2, 4), matrix(random, 3, 2)]))).toThrow('got the kind sum')
  const search = tableSearcher(coded(random, 3, 2, 4))
  expect(() => search.nearest(new Float32Array(3))).toThrow('expected a query of 2 values, got 3')
  expect(() => search.nearest(new Float32Array(2), { k: 0 })).toThrow('k must be 1 or more')
  expect(() => tableSearcher(coded(random, 3, 2, 4), { norms: new Float64Array(2) })).toThrow('expected 3 norms')
})

test('the compiled search is that of its source: otherwise run `pnpm kernels` in packages/runtime', async () => {
  const compiled = await compileKernels(tablesFolder)
  expect(moduleSource(compiled)).toBe(await readFile(tablesModuleUrl, 'utf8'))
  expect(new Uint8Array(await readFile(wasmUrl('pq')))).toEqual(new Uint8Array(compiled))
})

test('a module that was compiled before searches', async () => {
  const table = coded(generator(2), 40, 3, 4)
  const module = new WebAssembly.Module(await readFile(wasmUrl('pq')))
  expect(tableSearcher(table, { module }).engine).toBe('simd')
  const other = new WebAssembly.Module(await readFile(wasmUrl('simd')))
  expect(() => tableSearcher(table, { module: other })).toThrow('expected one that exports memory and scanTables')
})
