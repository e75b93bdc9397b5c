import { nearest, product, rows as rowsOf, type Table } from '@slimbed/runtime'
import { nonuniform, scalesByCode } from '@slimbed/runtime/nonuniform'
import { gaussian, hadamard, rotateKinds } from '@slimbed/runtime/rotate'
import { householder } from '@slimbed/runtime/trellis'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decode } from './sample.js'

/** The largest difference between the products of rows of a table and those of orthonormal ones. */
function defect(table: Table): number {
  const { rows, dim } = table
  const data = decode(table)
  let most = 0
  for (let a = 0; a < rows; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = 0
      for (let j = 0; j < dim; j++) sum += data[a * dim + j] * data[b * dim + j]
      most = Math.max(most, Math.abs(sum - (a === b ? 1 : 0)))
    }
  }
  return most
}

/** A rotation made of normally distributed numbers. */
const random = (dim: number, seed: number) => householder(dim, dim, gaussian(Math.ceil((dim + 1) / 2), dim, seed))

const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 })

test('rotations of any number of columns are orthonormal', () => {
  const property = fc.property(fc.integer({ min: 1, max: 70 }), seeds, fc.boolean(), (dim, seed, mixed) => {
    expect(defect(mixed ? hadamard(dim, seed) : random(dim, seed))).toBeLessThan(1e-6)
  })
  fc.assert(property, { numRuns: 40 })
})

test('a Hadamard rotation spreads any one column over all, for any number of them', () => {
  for (const dim of [32, 33, 48, 63, 300]) {
    const most = Math.max(...decode(hadamard(dim, 5)).map(Math.abs))
    // The largest of dim² normally distributed numbers of variance 1 / dim is about √(4 ln dim / dim).
    expect(most).toBeLessThan(1.8 * Math.sqrt((4 * Math.log(dim)) / dim))
  }
})

test('another seed is another rotation', () => {
  expect(decode(hadamard(24, 1))).not.toEqual(decode(hadamard(24, 2)))
  expect(decode(gaussian(4, 24, 1))).not.toEqual(decode(gaussian(4, 24, 2)))
})

test('the numbers of a seed are normally distributed', () => {
  const x = Float64Array.from(decode(gaussian(256, 256, 77))).sort()
  const mean = (power: number) => x.reduce((sum, value) => sum + value ** power, 0) / x.length
  // Five standard errors each.
  expect(Math.abs(mean(1))).toBeLessThan(5 / 256)
  expect(Math.abs(mean(2) - 1)).toBeLessThan((5 * Math.SQRT2) / 256)
  expect(Math.abs(mean(4) - 3)).toBeLessThan((5 * Math.sqrt(96)) / 256)
  // Quantiles of the normal distribution: Φ(1) and Φ(2.326).
  expect(Math.abs(x[Math.floor(0.841345 * x.length)] - 1)).toBeLessThan(0.03)
  expect(Math.abs(x[Math.floor(0.99 * x.length)] - 2.3263)).toBeLessThan(0.1)
})

// By tooling/reader/seeded.py: the same on every machine.
test('the numbers of a seed stay what they are', () => {
  expect(Array.from(decode(gaussian(1, 6, 1)))).toEqual([
    0.12170771509408951, -1.0304454565048218, 0.44483986496925354, 0.7087774276733398, 0.7789314389228821,
    1.960178256034851
  ])
  expect(Array.from(decode(hadamard(3, 1)))).toEqual([
    0.1464466154575348, 0.8535534143447876, -0.5, -0.8535534143447876, -0.1464466154575348, -0.5, 0.5, -0.5,
    -0.7071067690849304
  ])
})

test('a table under a rotation is searched by the rotated query', () => {
  const dim = 20
  const table = product(gaussian(50, dim, 3), hadamard(dim, 4))
  for (const row of [0, 7, 49]) {
    const [best] = nearest(table, rowsOf(table, [row]), { k: 1 })
    expect(best.row).toBe(row)
    expect(best.score).toBeCloseTo(1, 5)
  }
})

const kindOf = (name: string) => rotateKinds.find(({ kind }) => kind === name)!

test.each([
  ['hadamard', { dim: 4097, seed: 0 }, 'expected 1 to 4096 columns, got 4097'],
  ['hadamard', { dim: 0, seed: 0 }, 'expected 1 to 4096 columns, got 0'],
  ['hadamard', { dim: 4, seed: -1 }, 'seed must be an unsigned 32-bit integer, not -1'],
  ['hadamard', { dim: 4 }, 'seed must be an unsigned 32-bit integer, not NaN'],
  ['gaussian', { rows: 2 ** 20, dim: 2 ** 20, seed: 0 }, 'expected at most 4194304 elements'],
  ['gaussian', { rows: 1.5, dim: 2, seed: 0 }, 'expected 0 to 4294967295 rows'],
  ['gaussian', { rows: 1, dim: 2, seed: 2 ** 32 }, 'seed must be an unsigned 32-bit integer']
])('%s refuses %o', (kind, config, message) => {
  expect(() => kindOf(kind).load(config, {}, {})).toThrow(message)
})

const parts = {
  dim: 3,
  bits: 2,
  groupSize: 3,
  codes: Uint8Array.of(0b100100, 0b111111),
  levels: Float32Array.of(-1, 0, 0.5, 2),
  scale: { dtype: 'F32', shape: [2, 1], data: Float32Array.of(2, 4) }
} as const

test('codes stand for levels times scales', () => {
  expect(Array.from(decode(nonuniform(parts)))).toEqual([-2, 0, 1, 8, 8, 8])
  const bytes = { dtype: 'U8', shape: [2, 1], data: Uint8Array.of(0, 3) } as const
  const table = nonuniform({ ...parts, scale: bytes, logScale: { least: 0.5, ratio: 2 ** 0.5 } })
  expect(Array.from(decode(table), (value) => value + 0)).toEqual([0, 0, 0, 2, 2, 2].map(Math.fround))
  expect(scalesByCode({ least: 2, ratio: 1.5 }).subarray(0, 4)).toEqual(Float64Array.of(0, 2, 3, 4.5))
})

test.each([
  ['bits', { bits: 9 }, 'bits must be an integer from 1 to 8, not 9'],
  ['groupSize', { groupSize: 4 }, 'groupSize must be an integer from 1 to dim (3), not 4'],
  ['levels', { levels: Float32Array.of(1, 2, 3) }, 'expected 4 finite levels, got 3'],
  ['levels', { levels: Float32Array.of(1, 2, 3, Number.NaN) }, 'expected 4 finite levels'],
  ['codes', { dim: 9, codes: new Uint8Array(7) }, 'rows'],
  ['scale', { scale: { ...parts.scale, shape: [1, 2] } }, 'a scale of [1,2] does not fit 2 × 3'],
  ['scale', { scale: { ...parts.scale, shape: [2] } }, 'a scale of [2] does not fit'],
  ['logScale', { logScale: { least: 1, ratio: 1 } }, 'a scale of U8'],
  ['scale', { scale: { dtype: 'U8', shape: [2, 1], data: new Uint8Array(2) } }, 'a scale of U8'],
  [
    'least',
    { scale: { dtype: 'U8', shape: [2, 1], data: new Uint8Array(2) }, logScale: { least: 0, ratio: 1 } },
    'got 0, 1'
  ],
  [
    'ratio',
    { scale: { dtype: 'U8', shape: [2, 1], data: new Uint8Array(2) }, logScale: { least: 1e300, ratio: 2 } },
    'got 1e+300, 2'
  ]
] as const)('nonuniform refuses parts that do not fit: %s', (_, change, message) => {
  expect(() => nonuniform({ ...parts, ...change })).toThrow(message)
})
