import { createTensor, expand, isSlimbedError, matrixFrom, type TensorAdapter } from '@slimbed/core'
import { measure } from '@slimbed/core/measure'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { lowrank } from '../src/index.js'
import { contextWith, falling } from './support.js'

let tensor: TensorAdapter
beforeAll(async () => {
  tensor = await createTensor({ backend: 'cpu' })
})
afterAll(() => tensor.close())

const refusal = async (run: () => unknown) => {
  try {
    await run()
  } catch (error) {
    if (isSlimbedError(error)) return `${error.code}: ${error.message}`
    throw error
  }
  return 'accepted'
}

const shape = fc.record({ rows: fc.integer({ min: 1, max: 40 }), dim: fc.integer({ min: 1, max: 12 }), seed: fc.nat() })

test('right has orthonormal rows and left is the projection on them', async () => {
  await fc.assert(
    fc.asyncProperty(shape, async ({ rows, dim, seed }) => {
      const data = falling(rows, dim, seed)
      const rank = 1 + (seed % Math.min(rows, dim))
      const table = await lowrank({ rank }).compress(matrixFrom(rows, dim, data), contextWith(tensor))
      const right = table.children.right.tensors.data.data
      const left = await (await expand(table.children.left, tensor)).read(0, rows)
      for (let a = 0; a < rank; a++) {
        for (let b = 0; b < rank; b++) {
          let dot = 0
          for (let j = 0; j < dim; j++) dot += Number(right[a * dim + j]) * Number(right[b * dim + j])
          expect(dot).toBeCloseTo(a === b ? 1 : 0, 5)
        }
        for (let i = 0; i < rows; i++) {
          let dot = 0
          for (let j = 0; j < dim; j++) dot += data[i * dim + j] * Number(right[a * dim + j])
          expect(left[i * rank + a]).toBeCloseTo(dot, 3)
        }
      }
    }),
    { numRuns: 40 }
  )
})

test('the error falls with the rank and is nothing at full rank', async () => {
  const [rows, dim] = [50, 8]
  const matrix = matrixFrom(rows, dim, falling(rows, dim, 3))
  let before = 1
  for (let rank = 1; rank <= dim; rank++) {
    const table = await lowrank({ rank }).compress(matrix, contextWith(tensor))
    const { relativeError } = await measure(matrix, table, { tensor })
    expect(relativeError).toBeLessThan(before)
    before = relativeError
  }
  expect(before).toBeLessThan(1e-6)
})

test('ratio gives the largest rank whose factors are that much smaller', async () => {
  await fc.assert(
    fc.asyncProperty(shape, fc.double({ min: 1, max: 12, noNaN: true }), async ({ rows, dim, seed }, ratio) => {
      const matrix = matrixFrom(rows, dim, falling(rows, dim, seed))
      const smaller = (rank: number) => rank * (rows + dim) * ratio <= rows * dim
      const run = () => lowrank({ ratio }).compress(matrix, contextWith(tensor))
      if (!smaller(1)) {
        expect(await refusal(run)).toMatch(/^bad-option: lowrank: a \d+ × \d+ matrix cannot be/)
        return
      }
      const rank = (await run()).children.left.dim
      expect(smaller(rank)).toBe(true)
      expect(smaller(rank + 1)).toBe(false)
    }),
    { numRuns: 60 }
  )
})

test('energy gives the smallest rank that keeps the share, and the matrix itself where factors would be larger', async () => {
  const [rows, dim] = [200, 10]
  const matrix = matrixFrom(rows, dim, falling(rows, dim, 4))
  const weights = Float32Array.from({ length: rows }, (_, row) => 1 / (row + 1))
  const lost: number[] = []
  for (let rank = 1; rank <= dim; rank++) {
    const table = await lowrank({ rank, weighted: true }).compress(matrix, contextWith(tensor, { weights }))
    lost.push((await measure(matrix, table, { tensor, weights })).weightedError! ** 2)
  }
  for (const energy of [0.3, 0.6, 0.9, 0.97]) {
    const table = await lowrank({ energy, weighted: true }).compress(matrix, contextWith(tensor, { weights }))
    expect(table.children.left.dim).toBe(1 + lost.findIndex((share) => 1 - share >= energy))
  }
  const all = await lowrank({ energy: 1 }).compress(matrix, contextWith(tensor))
  expect(all.kind).toBe('dense')
  expect((await measure(matrix, all, { tensor })).maxError).toBe(0)
})

test('weights change the table only with weighted=true; without any, or all zero, rows count the same', async () => {
  const [rows, dim] = [60, 6]
  const matrix = matrixFrom(rows, dim, falling(rows, dim, 5))
  const weights = Float32Array.from({ length: rows }, (_, row) => (row < 6 ? 1 : 1e-3))
  const run = async (weighted: boolean, given?: Float32Array) =>
    lowrank({ rank: 2, weighted }).compress(matrix, contextWith(tensor, { weights: given }))
  const right = async (weighted: boolean, given?: Float32Array) =>
    (await run(weighted, given)).children.right.tensors.data.data
  const plain = await right(false)
  expect(await right(false, weights)).toEqual(plain)
  expect(await right(true)).toEqual(plain)
  expect(await right(true, new Float32Array(rows))).toEqual(plain)
  const loss = async (weighted: boolean) =>
    (await measure(matrix, await run(weighted, weights), { tensor, weights })).weightedError!
  expect(await loss(true)).toBeLessThan(await loss(false))
})

test('asks for weights with weighted=true alone', () => {
  expect(lowrank({ rank: 2, weighted: true }).usesWeights).toBe(true)
  expect(lowrank({ rank: 2 }).usesWeights).toBeUndefined()
})

test.each([
  [{}, 'bad-option: lowrank: give exactly one of rank, ratio and energy, not none'],
  [{ rank: 3, ratio: 2 }, 'bad-option: lowrank: give exactly one of rank, ratio and energy, not rank=3, ratio=2'],
  [{ rank: 0 }, 'bad-option: lowrank: option rank must be an integer of 1 or more, not 0'],
  [{ ratio: 0.5 }, 'bad-option: lowrank: option ratio must be a number of 1 or more, not 0.5'],
  [{ energy: 0 }, 'bad-option: lowrank: option energy must be above 0, up to 1'],
  [{ energy: 1.5 }, 'bad-option: lowrank: option energy must be a number from 0 to 1, not 1.5']
])('%o is refused in one line', async (given, message) => {
  expect(await refusal(() => lowrank(given))).toBe(message)
})

test('what the matrix cannot have is refused before it is read', async () => {
  const unread = (rows: number, dim: number) => ({ rows, dim, read: () => Promise.reject(new Error('it was read')) })
  const run = (given: { rank?: number; ratio?: number }, rows: number, dim: number) =>
    refusal(() => lowrank(given).compress(unread(rows, dim), contextWith(tensor)))
  expect(await run({ rank: 7 }, 20, 6)).toBe(
    'bad-option: lowrank: rank=7 is more than the 6 columns of a 20 × 6 matrix: use at most 6'
  )
  expect(await run({ rank: 5 }, 4, 6)).toBe(
    'bad-option: lowrank: rank=5 is more than the 4 rows of a 4 × 6 matrix: use at most 4'
  )
  expect(await run({ ratio: 10 }, 20, 5)).toBe(
    'bad-option: lowrank: a 20 × 5 matrix cannot be 10 times smaller: rank 1 gives 4'
  )
})

test('NaN and Infinity are refused, zeros are not', async () => {
  for (const value of [NaN, Infinity]) {
    const data = Float32Array.of(1, 2, 3, value, 5, 6)
    const run = () => lowrank({ rank: 1 }).compress(matrixFrom(3, 2, data), contextWith(tensor))
    expect(await refusal(run)).toMatch(/^bad-input: lowrank: cannot factor the matrix/)
  }
  for (const given of [{ rank: 2 }, { energy: 0.9 }]) {
    const zeros = matrixFrom(9, 3, new Float32Array(27))
    const table = await lowrank(given).compress(zeros, contextWith(tensor))
    expect((await measure(zeros, table, { tensor })).maxError).toBe(0)
  }
})

test.each([2 ** -83, 2 ** -110, 2 ** 66, 2 ** 100])(
  'ranks, bases and errors do not depend on the scale: %s',
  async (factor) => {
    for (const [rows, dim] of [
      [60, 10],
      [10, 60]
    ]) {
      const data = falling(rows, dim, 8)
      const of = async (values: Float32Array) => {
        const matrix = matrixFrom(rows, dim, values)
        const table = await lowrank({ energy: 0.9 }).compress(matrix, contextWith(tensor))
        const { relativeError } = await measure(matrix, table, { tensor })
        return { relativeError, rank: table.children.right.rows }
      }
      const [plain, scaled] = [await of(data), await of(data.map((value) => value * factor))]
      expect(scaled.rank).toBe(plain.rank)
      expect(scaled.relativeError).toBeCloseTo(plain.relativeError, 5)
    }
  }
)
