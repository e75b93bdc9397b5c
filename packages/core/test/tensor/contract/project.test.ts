import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Matrix } from '../../../src/index.js'
import { everyRow } from '../every-row.js'
import { matrixOf, product, randomDense, relative, transpose } from '../reference.js'
import { few, onEachEngine, shape, streamed } from './support.js'

onEachEngine((engine) => {
  it('project is matrix · basisᵀ', async () => {
    const check = fc.asyncProperty(shape, fc.integer({ min: 0, max: 12 }), async ({ rows, dim, seed }, rank) => {
      const a = randomDense(rows, dim, seed)
      const basis = randomDense(rank, dim, seed + 1)
      const projected = await engine.tensor.project(matrixOf(a), basis)
      expect([projected.rows, projected.dim]).toEqual([rows, rank])
      expect(relative(await projected.read(0, rows), product(a, transpose(basis)))).toBeLessThan(1e-5)
    })
    await fc.assert(check, few)
  })

  it('project adds offsets, and refuses those that do not fit', async () => {
    const [a, basis] = [randomDense(70, 9, 5), randomDense(4, 9, 6)]
    const offsets = Float32Array.of(1, -2, 3, 0)
    const plain = await (await engine.tensor.project(matrixOf(a), basis)).read(0, 70)
    const moved = await engine.tensor.project(matrixOf(a), basis, { offsets })
    const sums: number[] = []
    await engine.tensor.compareProduct(
      matrixOf(a),
      moved,
      basis,
      everyRow((_, found) => sums.push(...found))
    )
    expect(await moved.read(0, 70)).toEqual(plain.map((value, i) => value + offsets[i % 4]))
    expect(sums).toHaveLength(350)
    await expect(engine.tensor.project(matrixOf(a), basis, { offsets: offsets.subarray(1) })).rejects.toThrow(
      'project: expected 4 offsets, got 3'
    )
  })

  it('project computes large results as they are read', async () => {
    const [rows, dim] = [40_000_000, 2]
    const matrix = streamed(rows, dim)
    const basis = randomDense(2, dim, 5)
    const projected = await engine.tensor.project(matrix, basis)
    for (const start of [0, 4095, rows - 5000]) {
      const expected = product({ rows: 5000, dim, data: await matrix.read(start, 5000) }, transpose(basis))
      expect(relative(await projected.read(start, 5000), expected)).toBeLessThan(1e-5)
    }
    await expect(projected.read(rows - 1, 2)).rejects.toThrow('of a matrix of 40000000 rows')
  })

  it('spectrum agrees with what project keeps', async () => {
    const a = randomDense(300, 20, 6)
    const [sum] = await engine.tensor.gram(matrixOf(a))
    const { values, leading } = await engine.tensor.spectrum(sum, 20)
    const { vectors } = await leading(7)
    const kept = await (
      await engine.tensor.project(matrixOf(a), { rows: 7, dim: 20, data: Float32Array.from(vectors) })
    ).read(0, 300)
    const first = values.slice(0, 7).reduce((total, value) => total + value, 0)
    expect(kept.reduce((total, x) => total + x * x, 0) / first).toBeCloseTo(1, 5)
    expect(values.length).toBe(20)
  })

  it('a projection stops between blocks when told to, and can be read again', async () => {
    const controller = new AbortController()
    let reads = 0
    const matrix: Matrix = {
      ...streamed(1_000_000, 4),
      read: (start, count, into) => {
        if (++reads === 3) controller.abort()
        return streamed(1_000_000, 4).read(start, count, into)
      }
    }
    const projected = await engine.tensor.project(matrix, randomDense(2, 4, 1), { signal: controller.signal })
    expect(reads).toBe(0)
    for (const _ of [1, 2]) await expect(projected.read(0, 10)).rejects.toMatchObject({ code: 'aborted' })
    expect(reads).toBeLessThan(30)
  })
})
