import { readFile } from 'node:fs/promises'
import { dense, nearest, product, quantized, type Scored, type Table } from '@slimbed/runtime'
import { type CodeSearch, codeSearch, nearestInTwoStages, rescore } from '@slimbed/runtime/search'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileKernels, moduleSource, searchFolder, searchModuleUrl, wasmUrl } from '../../assembly/compile.mjs'
import { decode, generator, quantizedSample } from '../sample.js'

/** Random codes of 1 bit, spare bits and all; a few distinct rows, so that there are many ties. */
function codesTable(rows: number, bits: number, seed: number, distinct = rows): Table {
  const random = generator(seed)
  const size = Math.ceil(bits / 8)
  const codes = Uint8Array.from({ length: rows * size }, () => random() * 256)
  for (let row = distinct; row < rows; row++)
    codes.copyWithin(row * size, (row % distinct) * size, ((row % distinct) + 1) * size)
  const scale = { dtype: 'F32', shape: [1, 1], data: Float32Array.of(2) } as const
  return quantized({ dim: bits, bits: 1, groupSize: bits, codes, scale, zero: 0.5 })
}

/** Every row by distance, counted value by value. */
function byHand(table: Table, query: Float32Array, exclude: readonly number[], k: number): Scored[] {
  const values = decode(table)
  const { rows, dim } = table
  return Array.from({ length: rows }, (_, row) => {
    let apart = 0
    for (let j = 0; j < dim; j++) if (values[row * dim + j] > 0 !== query[j] >= 0) apart++
    return { row, score: 1 - (2 * apart) / dim }
  })
    .filter(({ row }) => !exclude.includes(row))
    .sort((a, b) => b.score - a.score || a.row - b.row)
    .slice(0, k)
}

const engines: readonly ['simd' | 'plain', (table: Table) => CodeSearch][] = [
  ['simd', (table) => codeSearch(table)],
  ['plain', (table) => codeSearch(table, { plain: true })]
]

test.each(engines)('%s: the rows of fewest differing bits, ties by row, as counted by hand', (engine, make) => {
  const property = fc.property(
    fc.record({
      rows: fc.integer({ min: 0, max: 70 }),
      bits: fc.oneof(fc.integer({ min: 1, max: 300 }), fc.constantFrom(128, 256, 4000, 8200)),
      distinct: fc.integer({ min: 1, max: 70 }),
      k: fc.integer({ min: 1, max: 80 }),
      seed: fc.integer()
    }),
    ({ rows, bits, distinct, k, seed }) => {
      const table = codesTable(rows, bits, seed, distinct)
      const search = make(table)
      expect([search.engine, search.rows, search.bits]).toEqual([engine, rows, bits])
      const random = generator(seed + 1)
      const query = Float32Array.from({ length: bits }, () => random() - 0.5)
      query[0] = 0
      const exclude = random() < 0.5 ? [0, 3, 4] : []
      const want = byHand(table, query, exclude, k)
      expect(search.nearest(query, { k, exclude })).toEqual(want)
      // The same search again, and with packed codes whose spare bits are set.
      const packed = new Uint8Array(Math.ceil(bits / 8)).fill(0)
      for (let j = 0; j < packed.length * 8; j++) if (j >= bits || query[j] >= 0) packed[j >> 3] |= 1 << (j & 7)
      expect(search.nearest(packed, { k, exclude })).toEqual(want)
    }
  )
  fc.assert(property, { numRuns: 80 })
})

test('both engines find the same among many rows, and the cosines of nearest', () => {
  const table = codesTable(20_001, 96, 5)
  const random = generator(6)
  const [simd, plain] = engines.map(([, make]) => make(table))
  for (let i = 0; i < 5; i++) {
    const query = Float32Array.from({ length: 96 }, () => (random() < 0.5 ? -1 : 1))
    const found = simd.nearest(query, { k: 50 })
    expect(found).toEqual(plain.nearest(query, { k: 50 }))
    const cosines = nearest(table, query, { k: 50 })
    expect(cosines.map(({ row }) => row)).toEqual(found.map(({ row }) => row))
    cosines.forEach(({ score }, place) => {
      expect(score).toBeCloseTo(found[place].score, 6)
    })
  }
})

test('two stages: the candidates of nearest codes, in the order of their cosines', () => {
  const random = generator(9)
  const [rows, dim] = [400, 24]
  const data = Float32Array.from({ length: rows * dim }, () => random() - 0.5)
  const table = dense(rows, dim, data)
  const codes = new Uint8Array(rows * 3)
  data.forEach((value, i) => {
    if (value >= 0) codes[Math.floor(i / dim) * 3 + ((i % dim) >> 3)] |= 1 << (i % 8)
  })
  const scale = { dtype: 'F32', shape: [1, 1], data: Float32Array.of(2) } as const
  const search = codeSearch(quantized({ dim, bits: 1, groupSize: dim, codes, scale, zero: 0.5 }))
  const query = data.slice(5 * dim, 6 * dim)
  const found = nearestInTwoStages(search, query, table, query, { k: 7, candidates: 30, exclude: [5] })
  const candidates = search.nearest(query, { k: 30, exclude: [5] }).map(({ row }) => row)
  const all = nearest(table, query, { k: rows })
  expect(found.map(({ row }) => row)).toEqual(
    all
      .filter(({ row }) => candidates.includes(row))
      .slice(0, 7)
      .map(({ row }) => row)
  )
  // With as many candidates as rows it is the exact answer.
  const exact = nearestInTwoStages(search, query, table, query, { candidates: rows })
  expect(exact.map(({ row }) => row)).toEqual(all.slice(0, 10).map(({ row }) => row))
  expect(exact[0].score).toBeCloseTo(1, 6)
})

test('rescoring: ties by row, zero rows score 0, repeats count once', () => {
  const table = dense(5, 2, Float32Array.of(1, 0, 0, 0, 2, 0, -1, 0, 3, 0))
  const found = rescore(table, Float32Array.of(1, 0), [4, 1, 2, 3, 0, 0], 4)
  expect(found).toEqual([
    { row: 0, score: 1 },
    { row: 2, score: 1 },
    { row: 4, score: 1 },
    { row: 1, score: 0 }
  ])
})

test('what is no table of codes, or does not fit, is refused', () => {
  const bad = (message: string) =>
    expect.objectContaining({ code: 'bad-input', message: expect.stringContaining(message) })
  const values = dense(2, 2, new Float32Array(4))
  expect(() => codeSearch(values)).toThrow(bad('expected a quantized table of 1 bit, got the kind dense'))
  const { table: wide } = quantizedSample(generator(1), 3, 4, { bits: 3, groupSize: 4, perRow: false })
  expect(() => codeSearch(wide)).toThrow(bad('got one of 3 bits'))
  const search = codeSearch(codesTable(4, 12, 1))
  expect(() => search.nearest(new Float32Array(11))).toThrow(bad('expected a query of 12 values, got 11'))
  expect(() => search.nearest(new Uint8Array(3))).toThrow(bad('expected a query of 2 bytes of codes, got 3'))
  expect(() => search.nearest(new Float32Array(12), { k: 0 })).toThrow(bad('k must be 1 or more'))
  expect(() => rescore(values, new Float32Array(3), [0])).toThrow(bad('expected a query of 2 values, got 3'))
  expect(() => rescore(values, new Float32Array(2), [2])).toThrow(expect.objectContaining({ code: 'out-of-range' }))
  expect(() => nearestInTwoStages(search, new Float32Array(12), values, new Float32Array(2))).toThrow(
    bad('the codes have 4 rows, the table 2')
  )
})

test('inner products come straight from codes of any size, below a product too, and no row is decoded', () => {
  const property = fc.property(
    fc.record({
      seed: fc.integer(),
      bits: fc.integer({ min: 1, max: 16 }),
      rows: fc.constantFrom(1, 40, 600),
      dim: fc.integer({ min: 1, max: 30 }),
      groups: fc.boolean(),
      perRow: fc.boolean()
    }),
    ({ seed, bits, rows, dim, groups, perRow }) => {
      const random = generator(seed)
      const groupSize = groups && !perRow ? 1 + Math.floor(random() * dim) : dim
      const { table } = quantizedSample(random, rows, dim, { bits, groupSize, perRow })
      const unread = (one: Table): Table => ({
        ...one,
        readRow() {
          throw new Error('a row was decoded')
        }
      })
      const right = dense(
        dim,
        5,
        Float32Array.from({ length: dim * 5 }, () => random() - 0.5)
      )
      for (const [whole, sealed] of [
        [table, unread(table)],
        [product(table, right), product(unread(table), right)]
      ] as const) {
        const query = Float32Array.from({ length: whole.dim }, () => random() - 0.5)
        const norms = new Float64Array(rows).fill(1)
        const values = decode(whole)
        const found = nearest(sealed, query, { k: rows, norms })
        const length = Math.hypot(...query)
        const most = Math.max(1, ...values.map(Math.abs))
        for (const { row, score } of found) {
          let dot = 0
          for (let j = 0; j < whole.dim; j++) dot += values[row * whole.dim + j] * query[j]
          const want = Math.min(1, Math.max(-1, dot / length))
          expect(Math.abs(score - want)).toBeLessThan(1e-5 * most * dim)
        }
      }
    }
  )
  fc.assert(property, { numRuns: 60 })
})

test('the compiled search is that of its source: otherwise run `pnpm kernels` in packages/runtime', async () => {
  const compiled = await compileKernels(searchFolder)
  expect(moduleSource(compiled)).toBe(await readFile(searchModuleUrl, 'utf8'))
  expect(await readFile(wasmUrl('search'))).toEqual(Buffer.from(compiled))
})

test('a module that was compiled before searches', async () => {
  const module = new WebAssembly.Module(await readFile(wasmUrl('search')))
  const other = new WebAssembly.Module(await readFile(wasmUrl('simd')))
  const { table } = quantizedSample(generator(1), 100, 40, { bits: 1, groupSize: 40, perRow: false })
  const query = new Float32Array(40).fill(1)
  const search = codeSearch(table, { module })
  expect(search.engine).toBe('simd')
  expect(search.nearest(query)).toEqual(codeSearch(table, { plain: true }).nearest(query))
  const wrong = expect.objectContaining({ code: 'bad-option', message: expect.stringContaining('memory and scan') })
  expect(() => codeSearch(table, { module: other })).toThrow(wrong)
})
