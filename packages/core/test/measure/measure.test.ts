import { createTensor, dense, gather, matrixFrom, partition, product, randomAt } from '@slimbed/core'
import { measure, neighbourOverlap } from '@slimbed/core/measure'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'

let tensor: Awaited<ReturnType<typeof createTensor>>
beforeAll(async () => {
  tensor = await createTensor({ backend: 'cpu' })
})
afterAll(() => tensor.close())

const values = (count: number, seed: number) => {
  const random = randomAt(seed)
  return Float32Array.from({ length: count }, () => random() * 2 - 1)
}

test('errors agree with their definitions, also over blocks and bands', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 1, max: 6 }),
      fc.integer(),
      async (rows, dim, seed) => {
        const [a, b] = [values(rows * dim, seed), values(rows * dim, seed + 1)]
        const weights = values(rows, seed + 2).map(Math.abs)
        const got = await measure(matrixFrom(rows, dim, a), dense(rows, dim, b), { tensor, weights })
        const error = Array.from(a, (x, i) => (x - b[i]) ** 2)
        const sum = (of: (i: number) => number) => error.reduce((total, _, i) => total + of(i), 0)
        const row = (i: number) => weights[Math.floor(i / dim)]
        expect(got.relativeError).toBeCloseTo(Math.sqrt(sum((i) => error[i]) / sum((i) => a[i] ** 2)), 9)
        const weighted = Math.sqrt(sum((i) => row(i) * error[i]) / sum((i) => row(i) * a[i] ** 2))
        expect(got.weightedError).toBeCloseTo(weighted, 9)
        expect(got.maxError).toBeCloseTo(Math.sqrt(Math.max(...error)), 9)
        expect(got.bands.reduce((total, band) => total + band.rows, 0)).toBe(rows)
        expect(got.bands[0].rows).toBe(Math.min(100, rows))
        expect(got.ratio).toBe(1)
      }
    ),
    { numRuns: 30 }
  )
})

test('nested expressions are measured as the rows they stand for', async () => {
  const left = dense(3, 2, values(6, 1))
  const right = dense(2, 4, values(8, 2))
  const table = partition(Uint8Array.of(1, 0, 1, 1, 0), [
    gather(Uint8Array.of(2, 2), dense(3, 4, values(12, 3))),
    product(left, right)
  ])
  const rows = new Float32Array(20)
  for (let i = 0; i < 5; i++) table.readRow(i, rows.subarray(i * 4, i * 4 + 4))
  const { relativeError, meanCosine } = await measure(matrixFrom(5, 4, rows), table, { tensor })
  expect(relativeError).toBeLessThan(1e-6)
  expect(meanCosine).toBeCloseTo(1, 6)
})

test('zero rows count as kept only when they stay zero', async () => {
  const a = matrixFrom(2, 2, Float32Array.of(0, 0, 0, 0))
  const same = await measure(a, dense(2, 2, new Float32Array(4)), { tensor })
  expect([same.relativeError, same.meanCosine]).toEqual([0, 1])
  const other = await measure(a, dense(2, 2, Float32Array.of(0, 0, 1, 0)), { tensor })
  expect([other.relativeError, other.meanCosine]).toEqual([Number.POSITIVE_INFINITY, 0.5])
})

test('shapes and weights that do not fit are refused', async () => {
  const a = matrixFrom(2, 2, new Float32Array(4))
  await expect(measure(a, dense(1, 2, new Float32Array(2)), { tensor })).rejects.toThrow('the table is 1 × 2')
  const weights = new Float32Array(3)
  await expect(measure(a, dense(2, 2, new Float32Array(4)), { tensor, weights })).rejects.toThrow('expected 2 weights')
})

test('neighbour overlap agrees with brute force', async () => {
  const [rows, dim, k] = [90, 5, 4]
  const [a, b] = [values(rows * dim, 5), values(rows * dim, 6)]
  const near = (data: Float32Array, query: number) => {
    const row = (i: number) => data.subarray(i * dim, (i + 1) * dim)
    const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, j) => sum + value * y[j], 0)
    const cosine = (i: number) => dot(row(i), row(query)) / Math.sqrt(dot(row(i), row(i)))
    const others = Array.from({ length: rows }, (_, i) => i).filter((i) => i !== query)
    return new Set(others.sort((x, y) => cosine(y) - cosine(x)).slice(0, k))
  }
  let kept = 0
  for (let q = 0; q < rows; q++) {
    const own = near(a, q)
    for (const i of near(b, q)) if (own.has(i)) kept++
  }
  const got = await neighbourOverlap(matrixFrom(rows, dim, a), dense(rows, dim, b), { tensor, k })
  expect(got).toBeCloseTo(kept / (rows * k), 12)
  expect(await neighbourOverlap(matrixFrom(rows, dim, a), dense(rows, dim, a), { tensor, k })).toBe(1)
})
