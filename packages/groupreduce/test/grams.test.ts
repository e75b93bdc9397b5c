import { createTensor, matrixFrom, selection, type TensorAdapter } from '@slimbed/core'
import { traceOf } from '@slimbed/core/numbers'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { gramsOf, movedGrams, type Source } from '../src/grams.js'
import { membersOf } from '../src/members.js'
import { falling } from './support.js'

let tensor: TensorAdapter
beforeAll(async () => {
  tensor = await createTensor({ backend: 'cpu' })
})
afterAll(() => tensor.close())

const gramOf = (data: Float32Array, dim: number, importance: Float32Array, ids: Uint16Array, group: number) => {
  const out = new Float64Array(dim * dim)
  for (const [row, id] of ids.entries()) {
    if (id !== group) continue
    for (let i = 0; i < dim * dim; i++) {
      out[i] += importance[row] * data[row * dim + Math.floor(i / dim)] * data[row * dim + (i % dim)]
    }
  }
  return out
}

/** The largest difference, as a share of the trace of `b`. */
const apart = (a: Float64Array, b: Float64Array, dim: number) =>
  a.reduce((most, x, i) => Math.max(most, Math.abs(x - b[i])), 0) / (traceOf(b, dim) || 1)

test('Gram matrices after moves are those of the groups, few rows moved or many', async () => {
  const given = fc.record({
    rows: fc.integer({ min: 2, max: 90 }),
    seed: fc.nat(),
    share: fc.double({ min: 0, max: 1 })
  })
  await fc.assert(
    fc.asyncProperty(given, async ({ rows, seed, share }) => {
      const [dim, count] = [6, 3]
      const data = falling(rows, dim, seed)
      const importance = Float32Array.from({ length: rows }, (_, row) => 1 + ((row * 7 + seed) % 13))
      const source: Source = { matrix: matrixFrom(rows, dim, data), dim, importance, tensor, signal: undefined }
      const before = Uint16Array.from({ length: rows }, (_, row) => row % count)
      const after = before.map((id, row) => (((row * 31 + seed) % 100) / 100 < share ? (id + 1) % count : id))
      const grams = await movedGrams(source, await gramsOf(source, before, count), before, after)
      for (let group = 0; group < count; group++) {
        expect(apart(grams[group].sum, gramOf(data, dim, importance, after, group), dim)).toBeLessThan(1e-4)
      }
    }),
    { numRuns: 40 }
  )
})

test('only the rows that moved are read, once', async () => {
  const [rows, dim] = [5000, 4]
  const data = falling(rows, dim, 1)
  const read: number[] = []
  const source: Source = {
    matrix: {
      rows,
      dim,
      read: async (start, count) => {
        for (let row = start; row < start + count; row++) read.push(row)
        return data.subarray(start * dim, (start + count) * dim)
      }
    },
    dim,
    importance: new Float32Array(rows).fill(1),
    tensor,
    signal: undefined
  }
  const before = new Uint16Array(rows)
  const grams = await gramsOf(source, before, 2)
  read.length = 0
  const moved = [3, 1000, 2000, 4999]
  const after = before.map((id, row) => (moved.includes(row) ? 1 : id))
  await movedGrams(source, grams, before, after)
  expect(read).toEqual(moved)
})

test('what a heavy row leaves behind is not its rounding', async () => {
  const [rows, dim] = [40, 5]
  const data = falling(rows, dim, 2)
  const importance = Float32Array.from({ length: rows }, (_, row) => (row === 3 ? 1e6 : 1e-6))
  const source: Source = { matrix: matrixFrom(rows, dim, data), dim, importance, tensor, signal: undefined }
  const before = Uint16Array.from({ length: rows }, (_, row) => (row < 20 ? 0 : 1))
  const after = before.map((id, row) => (row === 3 ? 1 : id))
  const grams = await movedGrams(source, await gramsOf(source, before, 2), before, after)
  for (const group of [0, 1]) {
    expect(apart(grams[group].sum, gramOf(data, dim, importance, after, group), dim)).toBeLessThan(1e-5)
  }
})

test('a selection reads the rows chosen, in spans of any size', async () => {
  const [rows, dim] = [2000, 3]
  const data = falling(rows, dim, 1)
  const chosen = Uint32Array.from({ length: 600 }, (_, i) => (i < 300 ? i >> 1 : 150 + (i - 300) * 5))
  const some = selection(matrixFrom(rows, dim, data), chosen)
  const all = await some.read(0, 600, new Float32Array(600 * dim))
  for (const [i, row] of chosen.entries()) {
    expect([...all.subarray(i * dim, (i + 1) * dim)]).toEqual([...data.subarray(row * dim, (row + 1) * dim)])
  }
  expect(await some.read(290, 20)).toEqual(all.slice(290 * dim, 310 * dim))
  await expect(some.read(590, 20)).rejects.toMatchObject({ code: 'out-of-range' })
  expect(membersOf(Uint16Array.of(2, 0, 2), [1, 0, 2])).toEqual([
    Uint32Array.of(1),
    new Uint32Array(),
    Uint32Array.of(0, 2)
  ])
})
