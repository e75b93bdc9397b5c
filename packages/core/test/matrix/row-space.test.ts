import { createTensor, matrixFrom, randomAt, rowSpaceOf, type TensorAdapter } from '@slimbed/core'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'

let tensor: TensorAdapter
beforeAll(async () => {
  tensor = await createTensor({ backend: 'cpu' })
})
afterAll(() => tensor.close())

/** Random values with falling columns. */
function falling(rows: number, dim: number, seed: number): Float32Array {
  const random = randomAt(seed)
  return Float32Array.from({ length: rows * dim }, (_, at) => (random() - 0.5) / (1 + (at % dim)))
}

const productOf = (a: Float32Array, b: Float32Array, rows: number, inner: number, dim: number) =>
  Float64Array.from({ length: rows * dim }, (_, at) => {
    const [i, j] = [Math.floor(at / dim), at % dim]
    let sum = 0
    for (let k = 0; k < inner; k++) sum += a[i * inner + k] * b[k * dim + j]
    return sum
  })

const identity = (size: number) => ({
  rows: size,
  dim: size,
  data: Float32Array.from({ length: size * size }, (_, at) => (at % (size + 1) === 0 ? 1 : 0))
})

test('a matrix is its coordinates on an orthonormal basis, whatever its rank, scale and spectrum', async () => {
  const given = fc.record({
    rows: fc.integer({ min: 1, max: 12 }),
    more: fc.integer({ min: 1, max: 40 }),
    seed: fc.nat(),
    exponent: fc.integer({ min: -25, max: 25 }),
    twice: fc.boolean(),
    zeros: fc.boolean()
  })
  await fc.assert(
    fc.asyncProperty(given, async ({ rows, more, seed, exponent, twice, zeros }) => {
      const dim = rows + more
      const data = falling(rows, dim, seed).map((value) => value * 10 ** exponent)
      if (twice) data.copyWithin((rows - 1) * dim, 0, dim)
      if (zeros) data.fill(0, 0, dim)
      const space = await rowSpaceOf(matrixFrom(rows, dim, data), tensor)
      const basis = await space.lift(identity(rows))
      const products = productOf(basis.data, transposed(basis.data, rows, dim), rows, dim, rows)
      const made = productOf(await space.coordinates.read(0, rows), basis.data, rows, rows, dim)
      const most = data.reduce((all, value) => Math.max(all, Math.abs(value)), 0)
      products.forEach((product, at) => {
        expect(product).toBeCloseTo(at % (rows + 1) === 0 ? 1 : 0, 5)
      })
      made.forEach((value, at) => {
        expect(Math.abs(value - data[at])).toBeLessThanOrEqual(1e-5 * most)
      })
    }),
    { numRuns: 60 }
  )
})

const transposed = (data: Float32Array, rows: number, dim: number) =>
  data.map((_, at) => data[(at % rows) * dim + Math.floor(at / rows)])

test('what is not finite is named, and what is too large is refused before it is read', async () => {
  const data = new Float32Array(20).fill(1)
  data[13] = Number.NaN
  await expect(rowSpaceOf(matrixFrom(2, 10, data), tensor)).rejects.toThrow('row 1, column 3 is NaN')
  const read = () => Promise.reject(new Error('it was read'))
  await expect(rowSpaceOf({ rows: 30_000, dim: 40_000, read }, tensor)).rejects.toThrow(
    expect.objectContaining({ code: 'too-large', message: expect.stringContaining('30000 × 40000 needs 9.6 GB') })
  )
  await expect(tensor.gram({ rows: 50_000, dim: 20_000, read })).rejects.toThrow('20000 × 20000 needs 3.2 GB')
})
