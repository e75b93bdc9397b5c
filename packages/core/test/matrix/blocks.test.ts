import { type Block, blocksOf, type Matrix } from '@slimbed/core'
import { expect, test } from 'vitest'

/** 10 × 3 numbers that count up, written to the array given, as a file does; it notes what it was asked for. */
function counting(fails = Infinity) {
  const asked: number[] = []
  const arrays = new Set<ArrayBufferLike>()
  const matrix: Matrix = {
    rows: 10,
    dim: 3,
    async read(start, count, into = new Float32Array(count * 3)) {
      asked.push(start)
      arrays.add(into.buffer)
      if (start >= fails) throw new Error(`row ${start}`)
      for (let i = 0; i < count * 3; i++) into[i] = start * 3 + i
      return into
    }
  }
  return { matrix, asked, arrays }
}

test('blocks hold all rows in order, in two arrays, the next read while one is in use', async () => {
  const { matrix, asked, arrays } = counting()
  const seen: number[] = []
  for await (const { start, count, data } of blocksOf(matrix, 4 * 12)) {
    expect(asked.at(-1)).toBe(Math.min(start + 4, 8))
    expect(data.length).toBe(count * 3)
    await new Promise((done) => setTimeout(done))
    seen.push(...data)
  }
  expect(seen).toEqual(Array.from({ length: 30 }, (_, i) => i))
  expect(arrays.size).toBe(2)
})

test('a failure is met at its own block, and does not go unhandled when nobody asks for it', async () => {
  const seen: Block[] = []
  const all = async () => {
    for await (const block of blocksOf(counting(4).matrix, 4 * 12)) seen.push(block)
  }
  await expect(all()).rejects.toThrow('row 4')
  expect(seen.length).toBe(1)
  for await (const { start } of blocksOf(counting(4).matrix, 4 * 12)) {
    expect(start).toBe(0)
    break
  }
})

test('a matrix without rows has no blocks, and one that returns too few values is refused', async () => {
  const none = { rows: 0, dim: 3, read: async () => new Float32Array(0) }
  expect((await blocksOf(none).next()).done).toBe(true)
  const short = { rows: 4, dim: 3, read: async () => new Float32Array(9) }
  await expect(blocksOf(short).next()).rejects.toThrow('returned 9 values for 4 rows of 3')
})
