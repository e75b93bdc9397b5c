import { compress, createTensor, expand, matrixFrom, type TensorAdapter, tableBytes } from '@slimbed/core'
import { falling } from '@slimbed/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { groupreduce } from '../src/index.js'

let tensor: TensorAdapter
beforeAll(async () => {
  tensor = await createTensor({ backend: 'cpu' })
})
afterAll(() => tensor.close())

test('of fewer rows than columns, what is measured is what is stored, within the ratio', async () => {
  const [rows, dim] = [24, 200]
  const data = falling(rows, dim, 5)
  const weights = Float32Array.from({ length: rows }, (_, row) => 1 / (row + 1))
  const stage = groupreduce({ groups: 3, ratio: 1.6 })
  const { table, measured } = await compress(matrixFrom(rows, dim, data), stage, { tensor, weights })
  expect(tableBytes(table)).toBeLessThan((4 * rows * dim) / 1.6)
  const made = await (await expand(table, tensor)).read(0, rows)
  let [error, norm] = [0, 0]
  data.forEach((value, at) => {
    error += (value - made[at]) ** 2
    norm += value ** 2
  })
  expect(Math.sqrt(error / norm)).toBeCloseTo(measured.relativeError, 5)
  expect(measured.relativeError).toBeLessThan(0.5)
})

test.each([1e-25, 1e18, 3e-30])('tables scaled by %s have the groups and errors of the table', async (scale) => {
  const [rows, dim] = [200, 12]
  const data = falling(rows, dim, 6)
  const factor = 2 ** Math.round(Math.log2(scale))
  const errorOf = async (values: Float32Array) => {
    const { measured } = await compress(matrixFrom(rows, dim, values), groupreduce({ groups: 3, ratio: 2 }), { tensor })
    return measured.relativeError
  }
  const expected = await errorOf(data)
  expect(Math.abs((await errorOf(data.map((value) => value * factor))) / expected - 1)).toBeLessThan(1e-3)
})

test('the first seconds report progress', async () => {
  const shares: number[] = []
  await compress(matrixFrom(9000, 8, falling(9000, 8, 1)), groupreduce({ groups: 2, ratio: 2, refine: 'none' }), {
    tensor,
    onProgress: (stage, done, total) => {
      if (stage === 'groupreduce') shares.push(done / total)
    }
  })
  expect(shares.some((share) => share > 0.1 && share < 0.8)).toBe(true)
  expect([...shares].sort((a, b) => a - b)).toEqual(shares)
})
