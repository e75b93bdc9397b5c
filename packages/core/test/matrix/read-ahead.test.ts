import { blocksOf, matrixFrom } from '@slimbed/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'

const counting = (rows: number, dim: number) =>
  matrixFrom(
    rows,
    dim,
    Float32Array.from({ length: rows * dim }, (_, i) => i)
  )

test('blocks come in order and hold every row once', async () => {
  const shape = [
    fc.integer({ min: 0, max: 30 }),
    fc.integer({ min: 1, max: 5 }),
    fc.integer({ min: 1, max: 200 }),
    fc.integer({ min: 1, max: 4 })
  ] as const
  const property = fc.asyncProperty(...shape, async (rows, dim, bytes, depth) => {
    const seen: number[] = []
    for await (const { start, count, data } of blocksOf(counting(rows, dim), bytes, depth)) {
      expect([start * dim, count * dim]).toEqual([seen.length, data.length])
      seen.push(...data)
    }
    expect(seen).toEqual(Array.from({ length: rows * dim }, (_, i) => i))
  })
  await fc.assert(property, { numRuns: 50 })
})

test('a block keeps its rows while it is in use, though reads fill memory that is used again', async () => {
  const matrix = {
    rows: 40,
    dim: 1,
    async read(start: number, count: number, into?: Float32Array) {
      await new Promise((done) => setTimeout(done, start % 3))
      const out = into ?? new Float32Array(count)
      for (let i = 0; i < count; i++) out[i] = start + i
      return out
    }
  }
  const seen: number[] = []
  for await (const { data } of blocksOf(matrix, 12, 2)) {
    await new Promise((done) => setTimeout(done, 4))
    seen.push(...data)
  }
  expect(seen).toEqual(Array.from({ length: 40 }, (_, i) => i))
})

test('a failed read ends it when the others are done, and so does who stops early', async () => {
  const events: string[] = []
  const slow = (failing: number) => ({
    rows: 9,
    dim: 1,
    async read(start: number, count: number) {
      await new Promise((done) => setTimeout(done, 5))
      events.push(`read ${start}`)
      if (start === failing) throw new Error('torn')
      return new Float32Array(count)
    }
  })
  const run = async (failing: number, stop: number) => {
    for await (const { start } of blocksOf(slow(failing), 4, 2)) if (start === stop) break
    events.push('end')
  }
  await expect(run(3, 99)).rejects.toThrow('torn')
  const asked = events.length
  await new Promise((done) => setTimeout(done, 20))
  expect(events).toHaveLength(asked)
  await run(99, 2)
  expect(events.at(-1)).toBe('end')
})
