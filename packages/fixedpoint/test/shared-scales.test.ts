import { expect, test } from 'vitest'
import { fixedpoint } from '../src/index.js'
import { compressed, contextWith, copied, decoded, normals, squaredRelativeError } from './support.js'

const [rows, dim] = [2000, 12]
/** Columns of unlike sizes, one of them with outliers. */
const data = normals(rows * dim, 5).map(
  (x, i) => x * (1 + (i % dim)) * (i % dim === 3 && Math.floor(i / dim) % 500 === 0 ? 200 : 1)
)

function transposed(from: Float32Array, rows: number, dim: number): Float32Array {
  return Float32Array.from(from, (_, i) => from[(i % rows) * dim + Math.floor(i / rows)])
}

test.each(['symmetric', 'affine'] as const)(
  'a scale per column does what one per row does to the transpose: %s',
  async (mode) => {
    for (const bits of [1, 2, 3, 4, 5, 6, 8, 10]) {
      const given = { bits, mode, clip: 'mse', scaleType: 'f32' } as const
      const columns = await compressed(
        fixedpoint({ ...given, scale: 'column' }),
        copied(rows, dim, data),
        contextWith()
      )
      const turned = transposed(data, rows, dim)
      const exact = await compressed(fixedpoint(given), copied(dim, rows, turned), contextWith())
      const ratio = squaredRelativeError(data, decoded(columns)) / squaredRelativeError(turned, decoded(exact))
      expect(columns.tensors.scale.shape).toEqual([1, dim])
      // The search over the values themselves also profits from chance, the more so the more bits.
      expect(ratio, `${bits} bits`).toBeLessThan(1.05)
    }
  }
)

test('a table has one scale, which clips a lone outlier', async () => {
  const values = normals(rows * dim, 6)
  values[7] = 1000
  const run = async (clip: 'none' | 'mse') =>
    compressed(fixedpoint({ bits: 4, scale: 'table', clip }), copied(rows, dim, values), contextWith())
  const [none, mse] = [await run('none'), await run('mse')]
  expect(mse.tensors.scale.shape).toEqual([1, 1])
  const error = (out: Float32Array) => out.reduce((sum, y, i) => sum + (y - values[i]) ** 2, 0)
  expect(error(decoded(mse))).toBeLessThan(error(decoded(none)))
})

test('row weights move a shared scale towards the rows that matter, and none or zeros count as ones', async () => {
  const values = normals(rows * dim, 7).map((x, i) => (i < 100 * dim ? x : 5 * x ** 3))
  const weights = Float32Array.from({ length: rows }, (_, row) => (row < 100 ? 1 : 1e-6))
  for (const scale of ['table', 'column'] as const) {
    const run = async (given?: Float32Array) => {
      const context = contextWith({ weights: given })
      return decoded(await compressed(fixedpoint({ bits: 3, scale, clip: 'mse' }), copied(rows, dim, values), context))
    }
    const loss = (out: Float32Array) =>
      out.reduce((sum, y, i) => sum + weights[Math.floor(i / dim)] * (y - values[i]) ** 2, 0)
    expect(loss(await run(weights))).toBeLessThan(loss(await run()) / 2)
    expect(await run(new Float32Array(rows))).toEqual(await run())
  }
})
