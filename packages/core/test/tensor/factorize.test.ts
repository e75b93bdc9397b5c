import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createTensor } from '../../src/index.js'
import { gramOf, product, randomDense, relative, transpose } from './reference.js'

const tensor = await createTensor({ backend: 'cpu' })
const seed = fc.integer({ min: 0, max: 2 ** 31 })
const few = { numRuns: 25 }

const identity = (n: number) => Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0))
const orthonormal = (rows: ArrayLike<number>, count: number, dim: number) => {
  const own = { rows: count, dim, data: rows }
  return relative(product(own, transpose(own)), identity(count))
}

describe('eigh', () => {
  const rebuilt = ({ values, vectors }: { values: Float64Array; vectors: Float64Array }, dim: number) => {
    const rows = { rows: dim, dim, data: vectors }
    const scaled = { rows: dim, dim, data: vectors.map((x, i) => x * values[Math.floor(i / dim)]!) }
    return product(transpose(scaled), rows)
  }

  it('rebuilds the matrix from falling values and orthonormal vectors of fixed sign', async () => {
    const check = fc.asyncProperty(
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 1, max: 40 }),
      seed,
      async (dim, rows, seed) => {
        const symmetric = gramOf(randomDense(rows, dim, seed))
        for (let i = 0; i < dim; i++) symmetric[i * dim + i]! -= 3
        const eigen = await tensor.eigh(symmetric, dim)
        expect(relative(rebuilt(eigen, dim), symmetric)).toBeLessThan(1e-12)
        expect(orthonormal(eigen.vectors, dim, dim)).toBeLessThan(1e-12)
        expect([...eigen.values]).toEqual([...eigen.values].sort((a, b) => b - a))
        for (let i = 0; i < dim; i++) {
          const vector = [...eigen.vectors.subarray(i * dim, (i + 1) * dim)]
          expect(Math.max(...vector)).toBe(Math.max(...vector.map(Math.abs)))
        }
      }
    )
    await fc.assert(check, few)
  })

  it.each([
    ['one number', [-4], [-4]],
    ['zeros', [0, 0, 0, 0], [0, 0]],
    ['equal values', [2, 0, 0, 0, 2, 0, 0, 0, 1], [2, 2, 1]],
    ['rank one', [1, 1, 1, 1], [2, 0]],
    ['tiny numbers', [1e-200, 0, 0, 3e-200], [3e-200, 1e-200]],
    ['huge numbers', [1e200, 0, 0, 3e200], [3e200, 1e200]]
  ])('of %s', async (_, entries, values) => {
    const eigen = await tensor.eigh(Float64Array.from(entries), values.length)
    expect(relative(eigen.values, values)).toBeLessThan(1e-14)
    expect(orthonormal(eigen.vectors, values.length, values.length)).toBeLessThan(1e-14)
  })

  it('hands out the leading pairs asked for', async () => {
    const symmetric = gramOf(randomDense(50, 12, 4))
    const all = await tensor.eigh(symmetric, 12)
    const some = await tensor.eigh(symmetric, 12, 5)
    expect(some).toEqual({ values: all.values.slice(0, 5), vectors: all.vectors.slice(0, 60) })
    expect(await tensor.eigh(symmetric, 12, 0)).toEqual({ values: new Float64Array(), vectors: new Float64Array() })
    expect(await tensor.eigh(new Float64Array(), 0)).toEqual({
      values: new Float64Array(),
      vectors: new Float64Array()
    })
  })

  it('refuses what is not symmetric and finite', async () => {
    await expect(tensor.eigh(Float64Array.of(1, 2, 3, 4), 2)).rejects.toThrow('not symmetric at row 1, column 0')
    await expect(tensor.eigh(Float64Array.of(1, Number.NaN, Number.NaN, 4), 2)).rejects.toThrow(
      'row 0, column 1 is NaN'
    )
    await expect(tensor.eigh(Float64Array.of(1, 2, 3), 2)).rejects.toThrow('expected 2 × 2 values, got 3')
    await expect(tensor.eigh(Float64Array.of(1), 1, 2)).rejects.toThrow('0 to 1 eigenpairs')
  })
})

describe('svd', () => {
  it('rebuilds the matrix, tall or wide, of any rank', async () => {
    const size = fc.integer({ min: 1, max: 20 })
    const check = fc.asyncProperty(size, size, fc.integer({ min: 0, max: 20 }), seed, async (rows, dim, rank, seed) => {
      const data = Float32Array.from(product(randomDense(rows, rank, seed), randomDense(rank, dim, seed + 1)))
      const { u, values, v } = await tensor.svd({ rows, dim, data })
      const scaled = u.data.map((x, i) => x * values[i % u.dim]!)
      expect([u.rows, u.dim, v.rows, v.dim]).toEqual([rows, Math.min(rows, dim), Math.min(rows, dim), dim])
      expect(relative(product({ ...u, data: scaled }, v), data)).toBeLessThan(rank === 0 ? 1e-30 : 1e-6)
      expect(orthonormal(v.data, v.rows, v.dim)).toBeLessThan(1e-6)
      expect([...values]).toEqual([...values].sort((a, b) => b - a))
    })
    await fc.assert(check, few)
  })

  it('of nothing is nothing, of NaN refused', async () => {
    expect((await tensor.svd({ rows: 0, dim: 3, data: new Float32Array() })).values.length).toBe(0)
    const nan = { rows: 1, dim: 1, data: Float32Array.of(Number.NaN) }
    await expect(tensor.svd(nan)).rejects.toMatchObject({ code: 'bad-input' })
  })
})

describe('qr', () => {
  it('rebuilds the matrix from orthonormal columns and an upper triangle', async () => {
    const size = fc.integer({ min: 1, max: 15 })
    const check = fc.asyncProperty(size, size, seed, async (dim, more, seed) => {
      const a = randomDense(dim + more, dim, seed)
      a.data.fill(0, 0, seed % 3 === 0 ? a.data.length : 0)
      const { q, r } = await tensor.qr(a)
      expect(relative(product(q, r), a.data)).toBeLessThan(1e-6)
      expect(orthonormal(transpose(q).data, dim, q.rows)).toBeLessThan(1e-6)
      for (let i = 0; i < dim; i++) {
        expect(r.data[i * dim + i]).toBeGreaterThanOrEqual(0)
        for (let j = 0; j < i; j++) expect(r.data[i * dim + j]).toBe(0)
      }
    })
    await fc.assert(check, few)
  })

  it('refuses wide matrices', async () => {
    await expect(tensor.qr(randomDense(2, 3, 1))).rejects.toThrow('as many rows as columns')
  })
})
