import { readFile } from 'node:fs/promises'
import { dense, partition, product, rows, type Table } from '@slimbed/runtime'
import { accelerate } from '@slimbed/runtime/simd'
import fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
import { compileKernels, moduleSource, moduleUrl, wasmUrl } from '../../assembly/compile.mjs'
import { decode, generator, quantizedSample, samples } from '../sample.js'

afterEach(() => vi.unstubAllGlobals())

test('the compiled kernel is that of its source: otherwise run `pnpm kernels` in packages/runtime', async () => {
  const compiled = await compileKernels()
  expect(moduleSource(compiled)).toBe(await readFile(moduleUrl, 'utf8'))
  expect(await readFile(wasmUrl('simd'))).toEqual(Buffer.from(compiled))
})

test('where nothing may be compiled, a module that was compiled before does', async () => {
  const module = new WebAssembly.Module(await readFile(wasmUrl('simd')))
  const other = new WebAssembly.Module(await readFile(wasmUrl('search')))
  const table = product(dense(3, 2, Float32Array.of(1, 2, 3, 4, 5, 6)), dense(2, 2, Float32Array.of(1, 0, 0, 1)))
  vi.stubGlobal('WebAssembly', { ...WebAssembly, Instance: WebAssembly.Instance, Module: undefined })
  const fast = accelerate(table, { module })
  expect(fast.readRows).toBeDefined()
  expect(decode(fast)).toEqual(Float32Array.of(1, 2, 3, 4, 5, 6))
  const wrong = expect.objectContaining({ code: 'bad-option', message: expect.stringContaining('memory and multiply') })
  expect(() => accelerate(table, { module: other })).toThrow(wrong)
})

const all = (table: Table) => Array.from({ length: table.rows }, (_, row) => row)

test('any table has its values, one row at a time and many', () => {
  const property = fc.property(samples, ({ table, values, slack }) => {
    const fast = accelerate(table)
    const one = decode(fast)
    expect(rows(fast, all(fast))).toEqual(one)
    // Sums in float32 round at every step.
    for (let i = 0; i < one.length; i++) {
      if (!(Math.abs(one[i] - values[i]) <= 4 * slack[i]) && !Object.is(one[i], Math.fround(values[i]))) {
        throw new Error(`value ${i}: ${one[i]}, expected ${values[i]} ± ${slack[i]}`)
      }
    }
    expect(fast.kind).toBe(table.kind)
    expect(decode(fast.with(fast.children))).toEqual(one)
  })
  fc.assert(property, { numRuns: 200 })
})

/** The greatest difference of two arrays. */
const furthest = (a: Float32Array, b: Float32Array) =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), a.length === b.length ? 0 : Infinity)

const random = generator(1)
const matrix = (count: number, dim: number) =>
  dense(
    count,
    dim,
    Float32Array.from({ length: count * dim }, () => random() - 0.5)
  )

test.each([
  [1, 1],
  [3, 16],
  [75, 300],
  [33, 17]
])('rank %d × %d, batches of every length', (rank, dim) => {
  const left = quantizedSample(random, 131, rank, { bits: 8, groupSize: rank, perRow: true }).table
  const table = product(left, matrix(rank, dim))
  const fast = accelerate(table)
  const expected = decode(table)
  const norm = Math.sqrt(expected.reduce((sum, x) => sum + x * x, 0) / 131)
  const found = decode(fast)
  expect(furthest(found, expected)).toBeLessThan(1e-5 * norm)
  for (const count of [0, 1, 2, 3, 4, 5, 63, 64, 65, 131]) {
    const ids = Array.from({ length: count }, (_, i) => (i * 37) % 131)
    expect(rows(fast, ids)).toEqual(
      Float32Array.from(ids.flatMap((id) => [...found.subarray(id * dim, (id + 1) * dim)]))
    )
  }
})

test('many products share one memory, which grows while they are placed', () => {
  const parts = Array.from({ length: 150 }, () => product(matrix(2, 30), matrix(30, 200)))
  const table = partition(
    Uint8Array.from({ length: 300 }, (_, i) => i % 150),
    parts
  )
  const [found, expected] = [decode(accelerate(table)), decode(table)]
  expect(furthest(found, expected)).toBeLessThan(1e-5)
})

test('rows that are none are refused', () => {
  const fast = accelerate(product(matrix(4, 2), matrix(2, 3)))
  for (const row of [-1, 4, 0.5, Number.NaN]) {
    const code = expect.objectContaining({ code: 'out-of-range' })
    expect(() => fast.readRow(row, new Float32Array(3))).toThrow(code)
    expect(() => rows(fast, [0, row])).toThrow(code)
  }
})

test('without WebAssembly it is the table itself', async () => {
  vi.stubGlobal('WebAssembly', undefined)
  vi.resetModules()
  const fresh = await import('@slimbed/runtime/simd')
  const table = product(matrix(4, 2), matrix(2, 3))
  expect(fresh.accelerate(table)).toBe(table)
})
