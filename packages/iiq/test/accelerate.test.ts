import { createTensor } from '@slimbed/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { paceOf } from '../src/accelerate.js'
import { lossesOf, madeOf, rowsWithMean, tensorOfFile } from './support.js'

const tensor = tensorOfFile()

test('accelerated, the loss never rises either, however small the matrix', async () => {
  const shape = fc.record({
    rows: fc.integer({ min: 1, max: 80 }),
    dim: fc.integer({ min: 1, max: 12 }),
    bits: fc.integer({ min: 1, max: 20 }),
    seed: fc.nat()
  })
  const property = fc.asyncProperty(shape, async ({ rows, dim, bits, seed }) => {
    const options = { bits, remove: 0, accelerate: 'always', tolerance: 0, iterations: 100 } as const
    const { details } = await madeOf(tensor(), [rows, dim, rowsWithMean(rows, dim, seed)], options, seed)
    const losses = lossesOf(details)
    expect(losses.length).toBeLessThanOrEqual(21)
    expect(losses).toEqual(losses.toSorted((a, b) => b - a))
    for (const loss of losses) expect(loss).toBeGreaterThanOrEqual(-1e-6)
  })
  await fc.assert(property, { numRuns: 25 })
})

test('a fifth of the passes end within 1 % of the loss of all iterations, for more and for fewer bits than columns', async () => {
  const [rows, dim] = [3000, 16]
  const data = rowsWithMean(rows, dim, 31)
  for (const options of [{}, { bits: 8 }, { bits: 32 }, { init: 'pca' }] as const) {
    const ends = []
    for (const accelerate of ['never', 'always'] as const) {
      const { details } = await madeOf(tensor(), [rows, dim, data], { ...options, accelerate, tolerance: 0 })
      const losses = lossesOf(details)
      expect(details.iterationsPerLoss).toBe(accelerate === 'always' ? 5 : undefined)
      expect(losses.length).toBeLessThanOrEqual(accelerate === 'always' ? 11 : 51)
      ends.push(losses.at(-1))
    }
    expect(ends[1] / ends[0]).toBeLessThan(1.01)
  }
})

test('unasked, only passes that take long are accelerated', () => {
  const [rows, dim] = [24_000, 300]
  expect(paceOf('auto', 15_255 * dim * dim)).toBe(1)
  expect(paceOf('auto', rows * dim * dim)).toBe(5)
  expect(paceOf('always', 1)).toBe(5)
  expect(paceOf('never', rows * dim * dim)).toBe(1)
})

test('threads do not change a byte', async () => {
  const data = rowsWithMean(9000, 24, 33)
  const tables: Uint8Array[] = []
  for (const threads of [1, 3]) {
    const use = await createTensor({ backend: 'wasm', threads })
    // Enough work for the threads to be started.
    const { table } = await madeOf(use, [9000, 24, data], { bits: 600, iterations: 20, accelerate: 'always' })
    tables.push(table.tensors.codes.data as Uint8Array)
    await use.close()
  }
  expect(Buffer.from(tables[0]).equals(Buffer.from(tables[1]))).toBe(true)
})
