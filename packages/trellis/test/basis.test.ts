import { createTensor, type Dense, tableBytes } from '@slimbed/core'
import { expect, test } from 'vitest'
import { encodeBasis } from '../src/basis/encode-basis.js'
import { lengthsOf } from '../src/basis/precision.js'
import { gaussian } from './support.js'

async function orthonormal(seed: number, rows: number, dim: number): Promise<Dense> {
  const tensor = await createTensor({ threads: 1 })
  const { q } = await tensor.qr({ rows: dim, dim: rows, data: gaussian(seed, rows * dim) })
  await tensor.close()
  const data = new Float32Array(rows * dim)
  for (let i = 0; i < rows; i++) for (let j = 0; j < dim; j++) data[i * dim + j] = q.data[j * rows + i]!
  return { rows, dim, data }
}

test.each([
  [1, 1],
  [3, 5],
  [20, 20],
  [40, 100]
])(
  'a basis of %i rows of %i stays orthonormal at any precision, and near the given one at a high one',
  async (rows, dim) => {
    const basis = await orthonormal(rows, rows, dim)
    for (const length of [0, 1, 8, 300]) {
      const table = encodeBasis(basis, new Float64Array(rows).fill(length * Math.sqrt(dim)), 64, 16)
      const made = Array.from({ length: rows }, (_, i) => {
        const row = new Float32Array(dim)
        table.readRow(i, row)
        return row
      })
      let off = 0
      for (let i = 0; i < rows; i++) {
        for (let k = 0; k <= i; k++) {
          const dot = made[i]!.reduce((sum, value, j) => sum + value * made[k]![j]!, 0)
          expect(dot).toBeCloseTo(i === k ? 1 : 0, 5)
        }
        const cosine = made[i]!.reduce((sum, value, j) => sum + value * basis.data[i * dim + j]!, 0)
        off = Math.max(off, 2 - 2 * Math.abs(cosine))
      }
      if (length >= 8) expect(off).toBeLessThan(1.5 / length ** 2)
      if (rows === 40)
        expect(tableBytes(table)).toBeLessThan([150, 900, 2200, 4600][[0, 1, 8, 300].indexOf(length)]! * 2)
    }
  }
)

test('a vector whose direction does not matter has no length', () => {
  expect(lengthsOf([2, 2, 2], 3, 100, 1)).toEqual(new Float64Array(3))
  const lengths = lengthsOf([100, 10, 1], 3, 100, 1)
  expect(lengths[0]!).toBeGreaterThan(lengths[1]!)
  expect(lengths[2]).toBe(0)
})
