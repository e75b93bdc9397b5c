import fc from 'fast-check'
import { expect, it } from 'vitest'
import { nearestOf } from '../../../src/cluster/index.js'
import { randomDense } from '../reference.js'
import { few, onEachEngine, shape, streamed } from './support.js'

const distance = (a: Float32Array, i: number, b: Float32Array, k: number, width: number) => {
  let sum = 0
  for (let j = 0; j < width; j++) sum += (a[i + j] - b[k + j]) ** 2
  return sum
}

onEachEngine((engine) => {
  it('nearest finds, for each part of the columns, the row of least distance', async () => {
    const check = fc.asyncProperty(shape, fc.integer({ min: 1, max: 40 }), async ({ rows, dim, seed }, count) => {
      const a = randomDense(rows, dim, seed)
      const first = 1 + (seed % dim)
      const widths = first === dim ? [dim] : [first, dim - first]
      const books = widths.map((width, i) => randomDense(count + i, width, seed + i))
      const { ids, distances } = await nearestOf(a, books, engine.tensor)
      expect([ids.length, distances.length]).toEqual([rows * books.length, rows * books.length])
      let column = 0
      for (const [book, { rows: clusters, dim: width, data }] of books.entries()) {
        for (let i = 0; i < rows; i++) {
          const all = Array.from({ length: clusters }, (_, k) =>
            distance(a.data, i * dim + column, data, k * width, width)
          )
          const at = i * books.length + book
          const least = Math.min(...all)
          const slack = 1e-5 * (1 + distance(a.data, i * dim + column, new Float32Array(width), 0, width))
          expect(all[ids[at]] - least).toBeLessThan(slack)
          expect(Math.abs(distances[at] - least)).toBeLessThan(slack)
        }
        column += width
      }
    })
    await fc.assert(check, few)
  })

  it('nearest takes the first of equals, and hands on rows in their order', async () => {
    const book = { rows: 3, dim: 2, data: Float32Array.of(5, 5, 0, 0, 0, 0) }
    const starts: number[] = []
    await engine.tensor.nearest(streamed(9000, 2), [book], (start, ids) => {
      starts.push(start)
      expect(ids.every((id) => id === 1)).toBe(true)
    })
    expect(starts).toEqual([0, 4096, 8192])
  })

  it('nearest refuses codebooks that do not stand for the columns', async () => {
    const of = (rows: number, dim: number) =>
      engine.tensor.nearest(streamed(4, 3), [randomDense(rows, dim, 1)], () => {})
    await expect(of(2, 2)).rejects.toThrow('expected codebooks for 3 columns, got codebooks of 2 columns in all')
    await expect(of(0, 3)).rejects.toThrow('got one without rows')
  })
})
