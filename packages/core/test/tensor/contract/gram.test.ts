import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Matrix } from '../../../src/index.js'
import { gramOf, matrixOf, randomDense, relative, transpose, uniform } from '../reference.js'
import { few, onEachEngine, shape } from './support.js'

onEachEngine((engine) => {
  it('gram is Σ xxᵀ', async () => {
    const check = fc.asyncProperty(shape, async ({ rows, dim, seed }) => {
      const a = randomDense(rows, dim, seed)
      const [sum] = await engine.tensor.gram(matrixOf(a))
      expect(relative(sum, gramOf(a))).toBeLessThan(2e-6)
    })
    await fc.assert(check, few)
  })

  it('gram weighs rows and splits them in groups', async () => {
    const check = fc.asyncProperty(shape, fc.integer({ min: 1, max: 5 }), async ({ rows, dim, seed }, count) => {
      const a = randomDense(rows, dim, seed)
      const next = uniform(seed + 1)
      const weights = Float32Array.from({ length: rows }, () => Math.max(0, 100 * next()))
      const ids = Uint8Array.from({ length: rows }, () => Math.floor(((next() + 1) / 2) * count))
      const sums = await engine.tensor.gram(matrixOf(a), { weights, groups: { ids, count } })
      expect(sums.length).toBe(count)
      for (const [group, sum] of sums.entries()) {
        expect(
          relative(
            sum,
            gramOf(a, weights, (row) => ids[row] === group)
          )
        ).toBeLessThan(2e-6)
      }
    })
    await fc.assert(check, few)
  })

  it('gram does not depend on the scale of rows or weights, nor that of one group on another', async () => {
    const [rows, dim] = [60, 9]
    const a = randomDense(rows, dim, 5)
    const ids = Uint8Array.from({ length: rows }, (_, row) => row % 3)
    const scales = [2 ** 70, 1, 2 ** -90]
    const scaled = { ...a, data: a.data.map((value, at) => value * scales[ids[Math.floor(at / dim)]]) }
    for (const factor of [1, 2 ** 100, 2 ** -100]) {
      const weights = new Float32Array(rows).fill(factor)
      const sums = await engine.tensor.gram(matrixOf(scaled), { weights, groups: { ids, count: 3 } })
      for (const [group, sum] of sums.entries()) {
        const expected = gramOf(a, undefined, (row) => ids[row] === group)
        const plain = sum.map((value) => value / factor / scales[group] / scales[group])
        expect(relative(plain, expected)).toBeLessThan(2e-6)
      }
    }
    const [zeros] = await engine.tensor.gram(matrixOf({ rows, dim, data: new Float32Array(rows * dim) }))
    expect(zeros.every((value) => value === 0)).toBe(true)
  })

  it('gram of many blocks keeps float64 sums, is exactly symmetric and reports progress', async () => {
    const a = randomDense(9001, 7, 3)
    const reports: number[] = []
    const progress = (done: number, total: number) => {
      expect(total).toBe(9001)
      reports.push(done)
    }
    const [sum] = await engine.tensor.gram(matrixOf(a), { progress })
    expect(relative(sum, gramOf(a))).toBeLessThan(1e-6)
    expect(sum).toEqual(transpose({ rows: 7, dim: 7, data: sum }).data)
    expect(reports.at(-1)).toBe(9001)
    expect(reports).toEqual(reports.toSorted((x, y) => x - y))
  })

  it('gram refuses what does not fit', async () => {
    const a = matrixOf(randomDense(3, 2, 1))
    const weights = (values: number[]) => engine.tensor.gram(a, { weights: Float32Array.from(values) })
    await expect(weights([1, 2])).rejects.toThrow('expected 3 weights, one for each row, not 2')
    await expect(weights([1, -2, 0])).rejects.toThrow('weight 1 is -2')
    await expect(weights([1, 2, Number.NaN])).rejects.toThrow('weight 2 is NaN')
    await expect(engine.tensor.gram(a, { groups: { ids: [0, 2, 0], count: 2 } })).rejects.toThrow('row 1 is in group 2')
    const short: Matrix = { rows: 3, dim: 2, read: async () => new Float32Array(4) }
    await expect(engine.tensor.gram(short)).rejects.toThrow('rows 0 to 3: expected 6 values, the matrix gave 4')
  })
})
