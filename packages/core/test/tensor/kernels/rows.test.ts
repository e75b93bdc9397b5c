import { areFinite, rangesOf } from '@slimbed/core/numbers'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareRows, plainCompare, sumsPerRow } from '../../../src/tensor/kernels/compare.js'
import { plainFinite } from '../../../src/tensor/kernels/finite.js'
import { plainRanges } from '../../../src/tensor/kernels/ranges.js'
import { bitsOf, expectCompiled } from './support.js'

const rowsOf = (values: (size: number) => fc.Arbitrary<Float32Array>) =>
  fc
    .record({ rows: fc.nat(5), dim: fc.integer({ min: 1, max: 40 }), groupSize: fc.integer({ min: 1, max: 40 }) })
    .chain(({ rows, dim, groupSize }) =>
      fc
        .tuple(values(rows * dim), values(rows * dim))
        .map(([a, b]) => ({ rows, dim, groupSize: Math.min(groupSize, dim), a, b }))
    )
const floats = (size: number, noNaN: boolean) => fc.float32Array({ minLength: size, maxLength: size, noNaN })

test('ranges are the least and largest values, NaN where one is not finite; the same bits in JavaScript', () => {
  expectCompiled()
  const property = fc.property(
    rowsOf((size) =>
      fc.oneof(
        floats(size, false),
        fc
          .array(fc.constantFrom(0, -0, 1, -2), { minLength: size, maxLength: size })
          .map((list) => Float32Array.from(list))
      )
    ),
    ({ rows, dim, groupSize, a }) => {
      const { min, max } = rangesOf(a, dim, groupSize)
      const plain = plainRanges(a, dim, groupSize)
      expect(bitsOf(min)).toEqual(bitsOf(plain.min))
      expect(bitsOf(max)).toEqual(bitsOf(plain.max))
      let at = 0
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < dim; column += groupSize, at++) {
          const group = a.subarray(row * dim + column, row * dim + Math.min(column + groupSize, dim))
          const finite = group.every(Number.isFinite)
          expect(min[at] + 0).toBe(finite ? Math.min(...group) + 0 : NaN)
          expect(max[at] + 0).toBe(finite ? Math.max(...group) + 0 : NaN)
        }
      }
      expect(min.length).toBe(at)
    }
  )
  fc.assert(property, { numRuns: 500 })
})

test('rows are compared to the same bits in JavaScript, and as the definitions say', () => {
  expectCompiled()
  const property = fc.property(
    rowsOf((size) => floats(size, true)),
    ({ rows, dim, a, b }) => {
      const [sums, plain] = [new Float64Array(rows * sumsPerRow), new Float64Array(rows * sumsPerRow)]
      compareRows(a, b, dim, sums)
      plainCompare(a, b, dim, plain)
      expect(bitsOf(sums.map((x) => (Number.isNaN(x) ? NaN : x)))).toEqual(
        bitsOf(plain.map((x) => (Number.isNaN(x) ? NaN : x)))
      )
      for (let row = 0; row < rows; row++) {
        const x = Array.from(a.subarray(row * dim, (row + 1) * dim))
        const y = b.subarray(row * dim, (row + 1) * dim)
        if (![...x, ...y].every(Number.isFinite)) continue
        const near = (got: number, terms: number[]) => {
          const size = terms.reduce((total, term) => total + Math.abs(term), 0)
          expect(Math.abs(got - terms.reduce((total, term) => total + term, 0))).toBeLessThanOrEqual(size * 1e-14)
        }
        const [aa, bb, ab, ee, most] = sums.subarray(row * sumsPerRow, (row + 1) * sumsPerRow)
        near(
          aa,
          x.map((value) => value * value)
        )
        near(
          bb,
          Array.from(y, (value) => value * value)
        )
        near(
          ab,
          x.map((value, j) => value * y[j])
        )
        near(
          ee,
          x.map((value, j) => (value - y[j]) ** 2)
        )
        expect(most).toBe(Math.max(...x.map((value, j) => Math.abs(value - y[j]))))
      }
    }
  )
  fc.assert(property, { numRuns: 500 })
})

test('one value that is not finite is found wherever it lies, and the largest number is finite', () => {
  const large = Float32Array.of(3.4028234663852886e38, -3.4028234663852886e38, 1e-45, -0)
  const values = Float32Array.from({ length: 200_001 }, (_, i) => large[i % 4])
  for (const finite of [areFinite, plainFinite]) {
    expect(finite(values)).toBe(true)
    expect(finite(values.subarray(0, 0))).toBe(true)
    for (const bad of [NaN, Infinity, -Infinity]) {
      for (const at of [0, 6, 7, 65_535, 65_536, 199_999, 200_000]) {
        const worse = values.slice()
        worse[at] = bad
        expect(finite(worse)).toBe(false)
      }
    }
  }
})
