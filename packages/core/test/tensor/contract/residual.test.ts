import fc from 'fast-check'
import { expect, it } from 'vitest'
import { matrixOf, product, randomDense, transpose } from '../reference.js'
import { few, onEachEngine, shape } from './support.js'

onEachEngine((engine) => {
  it('residual is what each subspace leaves of a row', async () => {
    const check = fc.asyncProperty(shape, fc.integer({ min: 1, max: 4 }), async ({ rows, dim, seed }, count) => {
      const a = randomDense(rows, dim, seed)
      const bases = await Promise.all(
        Array.from({ length: count }, async (_, i) => {
          const rank = Math.min(dim, 1 + ((seed + i) % 5))
          const { q } = await engine.tensor.qr(randomDense(dim, rank, seed + i))
          return { rows: rank, dim, data: Float32Array.from(transpose(q).data) }
        })
      )
      const { errors, nearest } = await engine.tensor.residual(matrixOf(a), bases)
      for (const [base, basis] of bases.entries()) {
        const kept = product(a, transpose(basis))
        for (let i = 0; i < rows; i++) {
          const square = (sum: number, x: number) => sum + x * x
          const norm = a.data.subarray(i * dim, (i + 1) * dim).reduce(square, 0)
          const rest = norm - kept.subarray(i * basis.rows, (i + 1) * basis.rows).reduce(square, 0)
          expect(Math.abs(errors[i * count + base] - rest)).toBeLessThanOrEqual(2e-6 * norm)
          expect(errors[i * count + base]).toBeGreaterThanOrEqual(errors[i * count + nearest[i]])
        }
      }
    })
    await fc.assert(check, few)
  })

  it('residual of rows of any magnitude knows the nearest', async () => {
    const bases = [0, 1].map((axis) => ({ rows: 1, dim: 2, data: Float32Array.of(1 - axis, axis) }))
    const data = Float32Array.of(1e20, 3e20, 3e-25, 1e-25, 1e30, 2e30, 1, 2)
    const { errors, nearest } = await engine.tensor.residual(matrixOf({ rows: 4, dim: 2, data }), bases)
    expect([...nearest]).toEqual([1, 0, 1, 1])
    expect(errors[4] / 4e60).toBeCloseTo(1, 5)
  })

  it('residual takes the first of equals', async () => {
    const basis = { rows: 1, dim: 2, data: Float32Array.of(1, 0) }
    const { errors, nearest } = await engine.tensor.residual(matrixOf(randomDense(50, 2, 9)), [basis, basis])
    expect(errors.length).toBe(100)
    expect(nearest.every((base) => base === 0)).toBe(true)
  })
})
