import { compress, createTensor, expand, matrixFrom, pipeline, type TensorAdapter } from '@slimbed/core'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fixedpoint } from '../src/index.js'
import { compressed, contextWith, copied, decoded, normals, squaredRelativeError } from './support.js'

let tensor: TensorAdapter
beforeAll(async () => {
  tensor = await createTensor({ backend: 'cpu' })
})
afterAll(() => tensor.close())

const given = fc
  .record({
    bits: fc.integer({ min: 1, max: 16 }),
    scale: fc.constantFrom('table', 'row', 'column', 'group'),
    mode: fc.constantFrom('symmetric', 'affine'),
    clip: fc.constantFrom('none', 'mse'),
    size: fc.integer({ min: 1, max: 12 })
  })
  .map(({ size, ...options }) => ({ ...options, ...(options.scale === 'group' && { groupSize: size }) }))

test('a row of zeros stays a row of zeros, whatever the options', async () => {
  const table = fc.record({
    rows: fc.integer({ min: 2, max: 40 }),
    dim: fc.integer({ min: 1, max: 12 }),
    seed: fc.nat(1000),
    shift: fc.constantFrom(0, 3, -2)
  })
  await fc.assert(
    fc.asyncProperty(table, given, async ({ rows, dim, seed, shift }, options) => {
      const data = normals(rows * dim, seed).map((value) => value + shift)
      const zero = seed % rows
      data.fill(0, zero * dim, (zero + 1) * dim)
      const made = decoded(await compressed(fixedpoint(options), copied(rows, dim, data), contextWith()))
      expect([...made.subarray(zero * dim, (zero + 1) * dim)]).toEqual(new Array(dim).fill(0))
    }),
    { numRuns: 400 }
  )
})

test('the default has a level at 0', async () => {
  const data = normals(600 * 32, 3)
  const table = await compressed(fixedpoint(), copied(600, 32, data), contextWith())
  expect(table.config.zero).toBe(128)
  data[17] = 0
  expect(decoded(await compressed(fixedpoint(), copied(600, 32, data), contextWith()))[17]).toBe(0)
})

test('a factor with an identity in it is not ruined by 4 bits', async () => {
  const [rows, dim] = [60, 40]
  const data = new Float32Array(rows * dim)
  data.set(normals((rows - dim) * dim, 4).map((value) => value / 6))
  for (let i = 0; i < dim; i++) data[(rows - dim + i) * dim + i] = 1
  for (const scale of ['row', 'table', 'column'] as const) {
    for (const clip of ['none', 'mse'] as const) {
      const made = decoded(
        await compressed(fixedpoint({ bits: 4, scale, clip }), copied(rows, dim, data), contextWith())
      )
      expect(squaredRelativeError(data, made)).toBeLessThan(0.04)
    }
  }
})

test('zeros do without their level where it costs more than it is worth', async () => {
  const data = normals(400 * 50, 5)
  for (const bits of [1, 2, 3]) {
    const table = await compressed(fixedpoint({ bits, clip: 'mse' }), copied(400, 50, data), contextWith())
    expect(table.config.zero).toBe((2 ** bits - 1) / 2)
  }
})

test('rows of zeros stay so through a pipeline', async () => {
  const data = normals(50 * 6, 6)
  data.fill(0, 12, 18)
  for (const last of [
    { bits: 2, scale: 'column' },
    { bits: 3, scale: 'table', mode: 'affine' }
  ] as const) {
    const stages = pipeline(fixedpoint({ format: 'f16' }), fixedpoint(last))
    const { table } = await compress(matrixFrom(50, 6, data), stages, { tensor })
    expect([...(await (await expand(table, tensor)).read(2, 1))]).toEqual([0, 0, 0, 0, 0, 0])
  }
})
