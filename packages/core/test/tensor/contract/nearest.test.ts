import fc from 'fast-check'
import { expect, it } from 'vitest'
import { matrixOf, randomDense } from '../reference.js'
import { few, onEachEngine, shape, streamed } from './support.js'

onEachEngine((engine) => {
  it('nearest finds the nearest centre of each row, and how far it is', async () => {
    const check = fc.asyncProperty(shape, fc.integer({ min: 1, max: 30 }), async ({ rows, dim, seed }, count) => {
      const [a, centres] = [randomDense(rows, dim, seed), randomDense(count, dim, seed + 1)]
      const [ids, distances] = [new Uint32Array(rows), new Float64Array(rows)]
      await engine.tensor.nearest(matrixOf(a), centres, (start, found, far) => {
        ids.set(found, start)
        distances.set(far, start)
      })
      for (let i = 0; i < rows; i++) {
        const exact = Array.from({ length: count }, (_, k) => {
          let sum = 0
          for (let j = 0; j < dim; j++) sum += (a.data[i * dim + j]! - centres.data[k * dim + j]!) ** 2
          return sum
        })
        expect(exact[ids[i]!]!).toBeLessThanOrEqual(Math.min(...exact) + 1e-4)
        expect(distances[i]!).toBeCloseTo(exact[ids[i]!]!, 3)
      }
    })
    await fc.assert(check, few)
  })

  it('nearest takes the first of equal centres, and hands on rows in their order', async () => {
    const centres = { rows: 3, dim: 2, data: Float32Array.of(5, 5, 0, 0, 0, 0) }
    const starts: number[] = []
    await engine.tensor.nearest(streamed(9000, 2), centres, (start, ids) => {
      starts.push(start)
      expect(ids.every((id) => id === 1)).toBe(true)
    })
    expect(starts).toEqual([0, 4096, 8192])
  })

  it('nearest refuses centres of another dim, or none', async () => {
    const nearest = (rows: number, dim: number) =>
      engine.tensor.nearest(streamed(3, 2), { rows, dim, data: new Float32Array(rows * dim) }, () => {})
    await expect(nearest(2, 3)).rejects.toThrow('nearest: expected centres of 2 values, got 2 × 3')
    await expect(nearest(0, 2)).rejects.toThrow('nearest: expected centres of 2 values, got 0 × 2')
  })
})
