import { at, compress, matrixFrom, pipeline } from '@slimbed/core'
import { conforms } from '@slimbed/core/testing'
import { fixedpoint } from '@slimbed/fixedpoint'
import { normals } from '@slimbed/testing'
import { expect, test } from 'vitest'
import { tiers } from '../src/index.js'

test.each([{}, { first: 0, second: 0.5 }, { first: 0.3, second: 0.7 }])('conforms with %o', async (options) => {
  expect(await conforms(tiers(options), { smaller: false })).not.toHaveLength(0)
})

test('conforms before codes', async () => {
  const codes = pipeline(tiers(), at('0', fixedpoint({ bits: 8 })), fixedpoint({ bits: 4 }))
  expect(await conforms(codes)).not.toHaveLength(0)
})

test('rows with the largest weight times norm come first, and lose least', async () => {
  const [rows, dim] = [100, 8]
  const matrix = matrixFrom(rows, dim, normals(rows * dim, 3))
  const weights = Float32Array.from({ length: rows }, (_, row) => 10 ** -(row % 10))
  const { table } = await compress(matrix, tiers({ first: 0.1, second: 0.2 }), { weights })
  expect(Object.values(table.children).map((part) => part.rows)).toEqual([10, 20, 70])
  // Rows of weight 1 are part 0, which is as they were.
  const [own, row] = [new Float32Array(dim), new Float32Array(dim)]
  for (let i = 0; i < 10; i++) {
    table.children[0]?.readRow(i, own)
    table.readRow(10 * i, row)
    expect(own).toEqual(row)
  }
  const finer = pipeline(tiers(), at('0', fixedpoint({ bits: 8 })), fixedpoint({ bits: 2, clip: 'mse' }))
  const made = await compress(matrix, finer, { weights })
  expect(made.measured.weightedError).toBeLessThan(made.measured.relativeError / 2)
})

test('more than all rows are refused', () => {
  expect(() => tiers({ first: 0.7, second: 0.7 })).toThrow('more than all rows')
})
