import { isSlimbedError } from '@slimbed/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { iiq } from '../src/index.js'
import { sweep } from '../src/sweep.js'
import { decoded, madeOf, rowsWithMean, squaredRelativeError, tensorOfFile } from './support.js'

const tensor = tensorOfFile()

const refusal = (options: Parameters<typeof iiq>[0]) => {
  try {
    iiq(options)
  } catch (error) {
    if (isSlimbedError(error)) return `${error.code}: ${error.message}`
    throw error
  }
  return 'accepted'
}

/** `a · b` of `rows × inner` and `inner × columns`. */
function multiplied(a: ArrayLike<number>, b: ArrayLike<number>, inner: number): Float32Array {
  const [rows, columns] = [a.length / inner, b.length / inner]
  const out = new Float32Array(rows * columns)
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      let sum = 0
      for (let k = 0; k < inner; k++) sum += a[i * inner + k] * b[k * columns + j]
      out[i * columns + j] = sum
    }
  }
  return out
}

test('a sweep never moves codes away from their row, and ends where no single bit would help', () => {
  const property = fc.property(fc.integer({ min: 1, max: 12 }), fc.nat(), (bits, seed) => {
    const dim = 6
    const basis = rowsWithMean(bits, dim, seed)
    const rows = rowsWithMean(5, dim, seed + 1)
    const transposed = Float32Array.from(
      { length: bits * dim },
      (_, i) => basis[(i % bits) * dim + Math.floor(i / bits)]
    )
    const gram = multiplied(basis, transposed, dim)
    const products = multiplied(rows, transposed, dim)
    const codes = products.map((value, i) => (value < 0 || i % 3 === 0 ? -1 : 1))
    const error = (own: Float32Array, row: number) => {
      const made = multiplied(own.subarray(row * bits, (row + 1) * bits), basis, bits)
      return made.reduce((sum, value, j) => sum + (value - rows[row * dim + j]) ** 2, 0)
    }
    const before = [0, 1, 2, 3, 4].map((row) => error(codes, row))
    const coded = { bits, codes, products, rest: products.slice() }
    const made = multiplied(codes, gram, bits)
    for (let i = 0; i < made.length; i++) coded.rest[i] -= made[i]
    for (let times = 0; times < 100; times++) sweep(coded, gram)
    for (let row = 0; row < 5; row++) {
      const after = error(codes, row)
      expect(after).toBeLessThanOrEqual(before[row] * (1 + 1e-5) + 1e-5)
      for (let j = 0; j < bits; j++) {
        const other = codes.slice()
        other[row * bits + j] *= -1
        expect(error(other, row)).toBeGreaterThanOrEqual(after * (1 - 1e-4) - 1e-4)
      }
    }
  })
  fc.assert(property, { numRuns: 50 })
})

test('rounds lower what is lost, and the vectors are nearer than those of the rotation', async () => {
  const [rows, dim] = [400, 12]
  const data = rowsWithMean(rows, dim, 21)
  const lost = async (options: Parameters<typeof iiq>[0]) => {
    const { table, details } = await madeOf(tensor(), [rows, dim, data], {
      space: 'vectors',
      scale: 'table',
      ...options
    })
    return { error: squaredRelativeError(data, decoded(table)), refined: details.refined as number[] }
  }
  const plain = await lost({ remove: 0 })
  const fitted = await lost({ remove: 0, refine: 5 })
  expect(plain.refined).toBeUndefined()
  expect(fitted.refined).toHaveLength(5)
  expect(fitted.refined).toEqual(fitted.refined.toSorted((a, b) => b - a))
  expect(fitted.error).toBeLessThan(0.95 * plain.error)
  // More bits than columns are fitted as well.
  expect((await lost({ bits: 30, refine: 5 })).error).toBeLessThan((await lost({ bits: 30 })).error)
})

test('decoded: codes times their basis, without the mean, as alike as the rows', async () => {
  const data = rowsWithMean(300, 12, 22)
  const options = { space: 'decoded', refine: 3, remove: 0 } as const
  const { table } = await madeOf(tensor(), [300, 12, data], options)
  expect([table.kind, table.dim, table.children.left.kind, table.children.right.kind]).toEqual([
    'product',
    12,
    'quantized',
    'dense'
  ])
  const own = decoded(table)
  const sums = Array.from({ length: 12 }, (_, j) =>
    own.reduce((sum, value, at) => (at % 12 === j ? sum + value : sum), 0)
  )
  const size = own.reduce((sum, value) => sum + Math.abs(value), 0) / 12
  for (const sum of sums) expect(Math.abs(sum)).toBeLessThan(0.1 * size)
  // Twice the length is the same direction: with unit rows it changes nothing.
  const double = data.map((value, at) => (at % 24 < 12 ? 2 * value : value))
  const [one, other] = [data, double].map((rows) =>
    madeOf(tensor(), [300, 12, rows], { ...options, normalize: true }).then((made) => decoded(made.table))
  )
  expect(squaredRelativeError(await one, await other)).toBeLessThan(0.02)
})

test('options that say nothing together are refused', () => {
  expect(refusal({ refine: 1 })).toMatch(/^bad-option: iiq: refine=1 fits codes to the basis .* space=codes has none/)
  expect(refusal({ normalize: true, space: 'vectors' })).toMatch(/^bad-option: iiq: normalize=true forgets the lengths/)
  expect(refusal({ normalize: true })).toBe('accepted')
})
