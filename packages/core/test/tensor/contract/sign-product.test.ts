import fc from 'fast-check'
import { expect, it } from 'vitest'
import { matrixOf, product, randomDense, relative, transpose } from '../reference.js'
import { few, onEachEngine, shape } from './support.js'

onEachEngine((engine) => {
  it('signProduct is Σ x sgn(x · factor)ᵀ and Σ |x · factor|', async () => {
    const check = fc.asyncProperty(shape, fc.integer({ min: 1, max: 12 }), async ({ rows, dim, seed }, width) => {
      const a = randomDense(rows, dim, seed)
      const factor = randomDense(dim, width, seed + 1)
      const { cross, magnitude } = await engine.tensor.signProduct(matrixOf(a), factor)
      const z = product(a, factor)
      // Signs near zero may fall either way.
      if (z.some((value) => Math.abs(value) < 1e-5)) return
      const signs = { rows, dim: width, data: z.map(Math.sign) }
      expect(relative(cross, product(transpose(a), signs))).toBeLessThan(1e-5)
      expect(relative([magnitude], [z.reduce((sum, value) => sum + Math.abs(value), 0)])).toBeLessThan(1e-5)
    })
    await fc.assert(check, few)
    const none = { rows: 2, dim: 1, data: Float32Array.of(0, -0) }
    const { cross } = await engine.tensor.signProduct(matrixOf(randomDense(5, 2, 1)), none)
    const sums = product({ rows: 1, dim: 5, data: [1, 1, 1, 1, 1] }, randomDense(5, 2, 1))
    expect(relative(cross, sums)).toBeLessThan(1e-5)
    await expect(engine.tensor.signProduct(matrixOf(randomDense(3, 2, 1)), randomDense(3, 1, 1))).rejects.toThrow(
      'signProduct: expected a factor of 2 rows, got 3 × 1 of 3 values'
    )
  })
})
