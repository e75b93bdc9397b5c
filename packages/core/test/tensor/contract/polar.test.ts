import fc from 'fast-check'
import { expect, it } from 'vitest'
import { product, randomDense, relative, transpose } from '../reference.js'
import { few, onEachEngine, seed } from './support.js'

onEachEngine((engine) => {
  it('polar is the nearest matrix with orthonormal rows or columns', async () => {
    const size = fc.integer({ min: 1, max: 14 })
    const check = fc.asyncProperty(size, size, seed, async (rows, dim, seed) => {
      const a = randomDense(rows, dim, seed)
      const { u, v, values } = await engine.tensor.svd(a)
      // Near a lower rank the nearest one is not to be told.
      if (values.at(-1) < 1e-3 * values[0]) return
      expect(relative((await engine.tensor.polar(a)).data, product(u, v))).toBeLessThan(2e-4)
    })
    await fc.assert(check, few)
  })

  it('polar of what has no full rank is orthonormal all the same', async () => {
    const a = product(randomDense(9, 2, 1), randomDense(2, 9, 2))
    for (const data of [Float32Array.from(a), new Float32Array(81)]) {
      const found = await engine.tensor.polar({ rows: 9, dim: 9, data })
      const unit = product(found, transpose(found))
      expect(
        relative(
          unit,
          Float64Array.from({ length: 81 }, (_, i) => (i % 10 === 0 ? 1 : 0))
        )
      ).toBeLessThan(1e-5)
    }
    expect((await engine.tensor.polar({ rows: 0, dim: 4, data: new Float32Array() })).rows).toBe(0)
    const bad = { rows: 1, dim: 2, data: Float32Array.of(1, Number.NaN) }
    await expect(engine.tensor.polar(bad)).rejects.toThrow('polar: row 0, column 1 is NaN')
  })
})
