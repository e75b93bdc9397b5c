import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createTensor } from '../../../src/index.js'
import { gramOf, product, randomDense, relative, transpose } from '../reference.js'

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
    const scaled = { rows: dim, dim, data: vectors.map((x, i) => x * values[Math.floor(i / dim)]) }
    return product(transpose(scaled), rows)
  }

  it('rebuilds the matrix from falling values and orthonormal vectors of fixed sign', async () => {
    const check = fc.asyncProperty(
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 1, max: 40 }),
      seed,
      async (dim, rows, seed) => {
        const symmetric = gramOf(randomDense(rows, dim, seed))
        for (let i = 0; i < dim; i++) symmetric[i * dim + i] -= 3
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

  it('the eigenvectors of a diagonal matrix are the axes, of equal eigenvalues too', async () => {
    const eigen = await tensor.eigh(identity(5), 5)
    expect([...eigen.vectors].filter((value) => value !== 0)).toEqual([1, 1, 1, 1, 1])
  })

  it('hands out the leading pairs asked for', async () => {
    const symmetric = gramOf(randomDense(50, 12, 4))
    const all = await tensor.eigh(symmetric, 12)
    const some = await tensor.eigh(symmetric, 12, 5)
    expect(relative(some.values, all.values.slice(0, 5))).toBeLessThan(1e-14)
    expect(relative(some.vectors, all.vectors.slice(0, 60))).toBeLessThan(1e-12)
    expect(await tensor.eigh(symmetric, 12, 9)).toEqual({
      values: all.values.slice(0, 9),
      vectors: all.vectors.slice(0, 108)
    })
    expect(await tensor.eigh(symmetric, 12, 0)).toEqual({ values: new Float64Array(), vectors: new Float64Array() })
    expect(await tensor.eigh(new Float64Array(), 0)).toEqual({
      values: new Float64Array(),
      vectors: new Float64Array()
    })
  })

  const diagonalOf = (dim: number, entry: (i: number) => number) =>
    Float64Array.from({ length: dim * dim }, (_, i) => (i % (dim + 1) === 0 ? entry(i % dim) : 0))
  /** A matrix with the given eigenvalues in a random basis. */
  const turned = async (dim: number, value: (i: number) => number) => {
    const { vectors } = await tensor.eigh(gramOf(randomDense(dim, dim, 8)), dim)
    const scaled = { rows: dim, dim, data: vectors.map((x, i) => x * value(Math.floor(i / dim))) }
    const full = product(transpose(scaled), { rows: dim, dim, data: vectors })
    return full.map((x, i) => (x + full[(i % dim) * dim + Math.floor(i / dim)]) / 2)
  }
  const wilkinson = (dim: number) =>
    diagonalOf(dim, (i) => Math.abs(i - (dim - 1) / 2)).map((x, i) => {
      const [row, column] = [Math.floor(i / dim), i % dim]
      return Math.abs(row - column) === 1 ? 1 : x
    })
  it.each<[string, number, Float64Array | Promise<Float64Array>]>([
    ['a falling spectrum', 70, turned(70, (i) => 1 / (1 + i) ** 2)],
    ['a spectrum of 20 orders of magnitude', 60, turned(60, (i) => 10 ** (-i / 3))],
    ['values of both signs', 50, turned(50, (i) => (-1) ** i * (50 - i))],
    ['negative values only', 40, turned(40, (i) => -1 - i)],
    ['each value 10 times', 60, turned(60, (i) => 6 - Math.floor(i / 10))],
    ['two values', 64, turned(64, (i) => (i < 20 ? 2 : 1))],
    ['rank 3', 50, turned(50, (i) => (i < 3 ? 3 - i : 0))],
    ['all zeros', 33, new Float64Array(33 * 33)],
    ['the identity', 40, diagonalOf(40, () => 1)],
    ['a diagonal', 41, diagonalOf(41, (i) => (i * 17) % 41)],
    ['pairs that all but agree (Wilkinson)', 21, wilkinson(21)],
    ['larger pairs that all but agree', 101, wilkinson(101)],
    ['ones', 50, new Float64Array(2500).fill(1)],
    ['ones, huge', 50, new Float64Array(2500).fill(1e300)],
    ['ones, tiny', 50, new Float64Array(2500).fill(1e-300)],
    [
      'blocks that do not touch',
      60,
      gramOf(randomDense(60, 60, 2)).map((x, i) => (Math.floor(i / 1800) === Math.floor((i % 60) / 30) ? x : 0))
    ],
    [
      'zero rows and columns',
      60,
      gramOf(randomDense(60, 60, 2)).map((x, i) => (i % 3 === 0 || Math.floor(i / 60) % 3 === 0 ? 0 : x))
    ]
  ])('leading pairs of %s', async (_, dim, given) => {
    const symmetric = await given
    const count = Math.floor(dim / 2)
    const largest = Math.max(...symmetric.map(Math.abs)) || 1
    const { values, vectors } = await tensor.eigh(symmetric, dim, count)
    const all = await tensor.eigh(symmetric, dim)
    const scale = Math.max(...all.values.map(Math.abs)) || 1
    for (let k = 0; k < count; k++) expect(Math.abs(values[k] - all.values[k]) / scale).toBeLessThan(1e-14 * dim)
    const spectrum = await tensor.spectrum(symmetric, dim)
    for (let k = 0; k < dim; k++) expect(Math.abs(spectrum.values[k] - all.values[k]) / scale).toBeLessThan(1e-14 * dim)
    expect(orthonormal(vectors, count, dim)).toBeLessThan(1e-12)
    const scaled = { rows: dim, dim, data: symmetric.map((x) => x / largest) }
    const images = product({ rows: count, dim, data: vectors }, scaled)
    const error = images.map((x, i) => x - (values[Math.floor(i / dim)] / largest) * vectors[i])
    expect(Math.max(...error.map(Math.abs))).toBeLessThan(1e-13 * dim)
  })

  it('spectrum has all values, and any number of leading pairs, in any order', async () => {
    const check = fc.asyncProperty(fc.integer({ min: 1, max: 30 }), seed, async (dim, seed) => {
      const symmetric = gramOf(randomDense(dim + 3, dim, seed))
      const { values, leading } = await tensor.spectrum(symmetric, dim)
      const all = await tensor.eigh(symmetric, dim)
      expect(relative(values, all.values)).toBeLessThan(1e-13)
      for (const count of [dim, 0, Math.ceil(dim / 2), Math.floor(dim / 3), 1]) {
        expect(await leading(count)).toEqual(await tensor.eigh(symmetric, dim, count))
      }
    })
    await fc.assert(check, few)
    expect((await tensor.spectrum(new Float64Array(9), 3)).values).toEqual(new Float64Array(3))
    await expect(tensor.spectrum(Float64Array.of(1, 2, 3, 4), 2)).rejects.toThrow('spectrum: not symmetric at row 1')
    await expect((await tensor.spectrum(Float64Array.of(1), 1)).leading(2)).rejects.toThrow('0 to 1 eigenpairs')
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
      const scaled = u.data.map((x, i) => x * values[i % u.dim])
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
