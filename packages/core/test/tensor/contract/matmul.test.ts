import fc from 'fast-check'
import { expect, it } from 'vitest'
import { product, randomDense, relative } from '../reference.js'
import { few, onEachEngine, seed } from './support.js'

onEachEngine((engine) => {
  it('matmul is a · b, also with nothing in it', async () => {
    const size = fc.integer({ min: 0, max: 30 })
    const check = fc.asyncProperty(size, size, size, seed, async (m, k, n, seed) => {
      const [a, b] = [randomDense(m, k, seed), randomDense(k, n, seed + 1)]
      const c = await engine.tensor.matmul(a, b)
      expect([c.rows, c.dim]).toEqual([m, n])
      expect(relative(c.data, product(a, b))).toBeLessThan(1e-5)
    })
    await fc.assert(check, few)
    await expect(engine.tensor.matmul(randomDense(2, 3, 1), randomDense(2, 3, 1))).rejects.toThrow(
      'cannot multiply 2 × 3 by 2 × 3'
    )
  })
})
