import {
  compress,
  createTensor,
  materialize,
  matrixFrom,
  pipeline,
  type TensorAdapter,
  tableBytes
} from '@slimbed/core'
import { fixedpoint } from '@slimbed/fixedpoint'
import { numbers, rowsOf } from '@slimbed/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { prune } from '../src/index.js'

let tensor: TensorAdapter
beforeAll(async () => {
  tensor = await createTensor({ backend: 'cpu' })
})
afterAll(() => tensor.close())

type Options = NonNullable<Parameters<typeof prune>[0]>
const run = async (data: Float32Array, dim: number, options: Options, weights?: Float32Array) =>
  materialize(
    (await compress(matrixFrom(data.length / dim, dim, data), prune(options), { tensor, seed: 3, weights })).table
  )

test('the rows worth most stay as they are, and the others have their weighted mean', async () => {
  const shapes = fc.record({
    rows: fc.integer({ min: 1, max: 40 }),
    dim: fc.integer({ min: 1, max: 6 }),
    seed: fc.nat(),
    weighted: fc.boolean(),
    kept: fc.integer({ min: 1, max: 40 })
  })
  const property = fc.asyncProperty(shapes, async ({ rows, dim, seed, weighted, kept }) => {
    const data = numbers(rows * dim, seed)
    const weights = weighted ? numbers(rows, seed + 1).map((value) => (value + 1) ** 4) : undefined
    const found = rowsOf(await run(data, dim, { rows: kept }, weights))
    const rowOf = (from: Float32Array, row: number) => from.subarray(row * dim, (row + 1) * dim)
    const worth = (row: number) => Math.hypot(...rowOf(data, row)) * (weights?.[row] ?? 1)
    const order = Array.from({ length: rows }, (_, row) => row).sort((a, b) => worth(b) - worth(a) || a - b)
    for (const row of order.slice(0, kept)) expect(rowOf(found, row)).toEqual(rowOf(data, row))
    const others = order.slice(kept)
    const total = others.reduce((sum, row) => sum + (weights?.[row] ?? 1), 0)
    for (let j = 0; j < dim; j++) {
      const mean = others.reduce((sum, row) => sum + ((weights?.[row] ?? 1) / total) * data[row * dim + j], 0)
      for (const row of others) expect(found[row * dim + j]).toBeCloseTo(mean, 5)
    }
  })
  await fc.assert(property, { numRuns: 60 })
})

test('with clusters, rows share the mean of the nearest', async () => {
  // The rows that are not worth much lie close to three corners.
  const corners = [0, 1, 2].map((corner) => Float32Array.from({ length: 3 }, (_, j) => (j === corner ? 1 : 0)))
  const [rows, dim] = [90, 3]
  const noise = numbers(rows * dim, 5, 0.05)
  const data = noise.map((value, at) => value + corners[Math.floor(at / dim) % 3][at % dim] * (at < 30 ? 10 : 1))
  const table = await run(data, dim, { rows: 10, clusters: 3 })
  const found = rowsOf(table)
  expect(table.children['1']?.children.source?.rows).toBe(3)
  for (let row = 10; row < rows; row++) {
    const shared = found.subarray(row * dim, (row + 1) * dim)
    expect(shared).toEqual(found.subarray((10 + ((row - 10) % 3)) * dim, (11 + ((row - 10) % 3)) * dim))
    for (let j = 0; j < dim; j++) expect(Math.abs(shared[j] - corners[row % 3][j])).toBeLessThan(0.05)
  }
})

test('ratio is kept to, and used', async () => {
  const data = numbers(500 * 8, 6)
  for (const [ratio, clusters] of [
    [1.5, 1],
    [2, 5],
    [7, 1],
    [20, 3]
  ] as const) {
    const bytes = tableBytes(await run(data, 8, { ratio, clusters }))
    expect(bytes).toBeLessThanOrEqual((500 * 8 * 4) / ratio)
    expect(bytes).toBeGreaterThan((500 * 8 * 4) / ratio - 8 * 4 - 8)
  }
  await expect(run(data, 8, { ratio: 400 })).rejects.toMatchObject({
    code: 'bad-option',
    message:
      'prune: a 500 × 8 matrix has no row left that is kept at ratio=400 with clusters=1: use a smaller ratio, or fewer clusters'
  })
})

test('the groups take a bit a row, and a later stage codes what is kept and what is shared', async () => {
  const matrix = matrixFrom(800, 16, numbers(800 * 16, 7))
  const both = pipeline(prune({ keep: 0.25, clusters: 4 }), fixedpoint({ bits: 8 }))
  const { table, stages } = await compress(matrix, both, { tensor })
  expect(tableBytes(table)).toBe(100 + (200 + 4) * 18 + (600 * 2) / 8)
  expect(stages[0]?.details).toEqual({ '': { kept: 200, sharing: 600, shared: 4 } })
})

test('where all rows are kept, the table is the matrix', async () => {
  const data = numbers(40, 8)
  for (const options of [{ keep: 1 }, { rows: 10 }, { rows: 99 }, { ratio: 1 }]) {
    expect((await run(data, 4, options)).kind).toBe('dense')
  }
  expect((await run(new Float32Array(), 4, { keep: 0.5 })).rows).toBe(0)
})

test.each([
  [{}, 'prune: give exactly one of rows, ratio and keep, not none'],
  [{ keep: 0.5, rows: 3 }, 'prune: give exactly one of rows, ratio and keep, not rows=3, keep=0.5'],
  [{ keep: 0 }, 'prune: option keep must be above 0, up to 1']
])('%o is refused', (options, message) => {
  expect(() => prune(options)).toThrow(message)
})

test('values that are not finite are refused by their place', async () => {
  const data = numbers(40, 9)
  data[13] = Number.POSITIVE_INFINITY
  await expect(run(data, 4, { keep: 0.5 })).rejects.toMatchObject({
    code: 'bad-input',
    message: 'prune: row 3, column 1 is Infinity: a finite number was expected'
  })
})
