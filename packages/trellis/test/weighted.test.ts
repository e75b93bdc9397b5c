import { compress, createTensor, type JsonObject, matrixFrom, save, type Table, tableBytes } from '@slimbed/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { trellis } from '../src/index.js'
import { levelsOf } from '../src/weighted/levels.js'
import { gaussian } from './support.js'

const [rows, dim] = [1200, 16]
const data = gaussian(1, rows * dim).map((value, at) => value + (at % dim) / 8)
const matrix = matrixFrom(rows, dim, data)
const counts = Float32Array.from({ length: rows }, (_, row) => 1e6 / (1 + row) ** 2)

/** A covariance whose axes are not the columns: errors along some count a hundred times as much as along others. */
const metric = (() => {
  const vectors = gaussian(2, dim * dim)
  const out = new Float64Array(dim * dim)
  for (let k = 0; k < dim; k++) {
    for (let i = 0; i < dim; i++) {
      for (let j = 0; j < dim; j++) out[i * dim + j] += (vectors[k * dim + i] * vectors[k * dim + j]) / (1 + k * k)
    }
  }
  return out
})()

let tensor: Awaited<ReturnType<typeof createTensor>>
beforeAll(async () => {
  tensor = await createTensor({ threads: 1 })
})
afterAll(() => tensor.close())

const run = (options: Parameters<typeof trellis>[0], given: { weights?: Float32Array; metric?: Float64Array }) =>
  compress(matrix, trellis({ states: 16, clusters: 0, ...options }), { tensor, seed: 1, ...given })

/** `Σ wᵢ eᵢᵀ M eᵢ` over the errors of the rows. */
function loss(table: Table, weightOf: (row: number) => number, metric: Float64Array): number {
  const row = new Float32Array(dim)
  let sum = 0
  for (let i = 0; i < rows; i++) {
    table.readRow(i, row)
    const off = row.map((value, j) => value - data[i * dim + j])
    for (let a = 0; a < dim; a++)
      for (let b = 0; b < dim; b++) sum += weightOf(i) * off[a] * metric[a * dim + b] * off[b]
  }
  return sum
}
const alike = Float64Array.from({ length: dim * dim }, (_, at) => (at % (dim + 1) === 0 ? 1 : 0))
const kindsOf = ({ kind, children }: Table): string[] => [kind, ...Object.values(children).flatMap(kindsOf)]

test.each([
  ['sqrt', 0.5],
  ['frequency', 1]
] as const)('weights=%s: frequent rows lose less, and all by weight less in as many bytes', async (weights, power) => {
  const weightOf = (row: number) => counts[row] ** power
  const { table: plain } = await run({ maxBytes: 6000 }, { weights: counts })
  const { table } = await run({ maxBytes: 6000, weights }, { weights: counts })
  expect(kindsOf(plain)).not.toContain('scale')
  expect(kindsOf(table)).toContain('scale')
  expect(tableBytes(table)).toBeLessThanOrEqual(6000)
  expect(tableBytes(table)).toBeGreaterThan(5900)
  expect(loss(table, weightOf, alike)).toBeLessThan(0.85 * loss(plain, weightOf, alike))
})

test('a metric: errors that count lose less in as many bytes', async () => {
  const { table: plain } = await run({ maxBytes: 6000 }, {})
  const { table } = await run({ maxBytes: 6000 }, { metric })
  expect(tableBytes(table)).toBeLessThanOrEqual(6000)
  expect(loss(table, () => 1, metric)).toBeLessThan(0.6 * loss(plain, () => 1, metric))
  const { table: both } = await run({ maxBytes: 6000, weights: 'sqrt' }, { metric, weights: counts })
  const weightOf = (row: number) => Math.sqrt(counts[row])
  expect(loss(both, weightOf, metric)).toBeLessThan(0.9 * loss(table, weightOf, metric))
})

test('a metric that counts all errors alike is as good as none', async () => {
  const { table: plain } = await run({ bits: 3 }, {})
  const { table } = await run({ bits: 3 }, { metric: alike.map((value) => 1e-60 * value) })
  expect(loss(table, () => 1, alike)).toBeLessThan(1.05 * loss(plain, () => 1, alike))
})

test('bits, ratio and error are kept to', async () => {
  const given = { weights: counts, metric }
  const bytes = async (options: JsonObject) => tableBytes((await run({ ...options, weights: 'sqrt' }, given)).table)
  expect(await bytes({ bits: 2.5 })).toBeLessThanOrEqual((rows * dim * 2.5) / 8)
  expect(await bytes({ ratio: 10 })).toBeLessThanOrEqual((rows * dim * 4) / 10)
  const { table } = await run({ error: 0.1, weights: 'sqrt' }, { weights: counts })
  const weightOf = (row: number) => Math.sqrt(counts[row])
  const none = { readRow: (_row: number, out: Float32Array) => out.fill(0) } as unknown as Table
  expect(loss(table, weightOf, alike)).toBeLessThan(0.0105 * loss(none, weightOf, alike))
  await expect(run({ maxBytes: 40, weights: 'sqrt' }, given)).rejects.toMatchObject({ code: 'bad-option' })
})

test('weights that are all alike change nothing', async () => {
  const bytes = async (weights: 'none' | 'sqrt', own: Float32Array) =>
    save({ table: (await run({ bits: 2, weights }, { weights: own })).table, provenance: {} })
  const [one, other] = [await bytes('none', counts), await bytes('sqrt', new Float32Array(rows).fill(7))]
  expect(Buffer.compare(other, one)).toBe(0)
})

test('levels are half octaves of the step, and rows without a weight have the coarsest', () => {
  const { ids, factors, inverse } = levelsOf(Float32Array.of(16, 8, 4, 1, 0), 1)!
  expect([...ids]).toEqual([0, 1, 2, 4, 16])
  expect(factors[0] / factors[2]).toBeCloseTo(2, 6)
  expect(factors.map((factor, i) => factor * inverse[i])).toEqual(
    new Float32Array(17).fill(1).map((_, i) => factors[i] * inverse[i])
  )
  expect(levelsOf(new Float32Array(3), 1)).toBeUndefined()
})

test('the same bytes on any number of threads', async () => {
  const made = await Promise.all(
    [1, 2].map(async (threads) => {
      const own = await createTensor({ threads })
      const options = { tensor: own, seed: 1, weights: counts, metric }
      const { table } = await compress(matrix, trellis({ bits: 2, states: 16, clusters: 0, weights: 'sqrt' }), options)
      const bytes = await save({ table, provenance: {} })
      await own.close()
      return bytes
    })
  )
  expect(Buffer.compare(made[1], made[0])).toBe(0)
})
