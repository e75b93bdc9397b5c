import { matrixFrom, tableBytes } from '@slimbed/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fixedpoint } from '../src/index.js'
import { errorAt, fitScale } from '../src/lloyd/fit-scale.js'
import { fitLevels, sorted } from '../src/lloyd/levels.js'
import { codeOf, finderOf } from '../src/lloyd/nearest.js'
import { storeScales } from '../src/lloyd/stored-scales.js'
import { compressed, contextWith, decoded, normals, refusal, squaredRelativeError } from './support.js'

type Options = NonNullable<Parameters<typeof fixedpoint>[0]>
const run = (rows: number, dim: number, data: Float32Array, options: Options) =>
  compressed(fixedpoint({ levels: 'lloyd', ...options }), matrixFrom(rows, dim, data), contextWith())
const lost = async (rows: number, dim: number, data: Float32Array, options: Options) =>
  squaredRelativeError(data, decoded(await run(rows, dim, data, options)))

const fitted = (values: Float64Array, count: number, zero = false) =>
  fitLevels(
    sorted({ count: values.length, values: values.slice().sort(), weights: new Float64Array(values.length).fill(1) }),
    count,
    zero
  )

/** The least `Σ (x − level)²` of any `count` levels, by dynamic programming over the sorted numbers. */
function leastError(values: Float64Array, count: number): number {
  const x = values.slice().sort()
  const [sums, squares] = [new Float64Array(x.length + 1), new Float64Array(x.length + 1)]
  x.forEach((value, i) => {
    sums[i + 1] = sums[i] + value
    squares[i + 1] = squares[i] + value * value
  })
  const cost = (a: number, b: number) => squares[b] - squares[a] - (sums[b] - sums[a]) ** 2 / (b - a)
  let best = Array.from({ length: x.length + 1 }, (_, end) => (end === 0 ? 0 : cost(0, end)))
  for (let k = 1; k < count; k++) {
    best = best.map((same, end) => {
      let least = same
      for (let a = 1; a < end; a++) least = Math.min(least, best[a] + cost(a, end))
      return least
    })
  }
  return best[x.length]
}

const errorOf = (values: Float64Array, levels: Float64Array) =>
  values.reduce((sum, x) => sum + levels.reduce((least, level) => Math.min(least, (x - level) ** 2), Infinity), 0)

test('levels rise, and no other means of what is nearest to them lose less', () => {
  const cases = fc.record({ seed: fc.nat(), size: fc.integer({ min: 1, max: 60 }), power: fc.constantFrom(1, 3) })
  const property = fc.property(cases, fc.constantFrom(2, 4, 8), fc.boolean(), ({ seed, size, power }, count, zero) => {
    const values = Float64Array.from(normals(size, seed), (value) => value ** power)
    const levels = fitted(values, count, zero)
    expect(levels).toEqual(levels.slice().sort())
    if (zero) expect(levels).toContain(0)
    const again = levels.map((level) => {
      const own = values.filter((x) => levels.every((other) => Math.abs(x - level) <= Math.abs(x - other)))
      return own.length === 0 || (zero && level === 0) ? level : own.reduce((sum, x) => sum + x, 0) / own.length
    })
    expect(errorOf(values, levels)).toBeLessThanOrEqual(errorOf(values, again) * (1 + 1e-4) + 1e-12)
  })
  fc.assert(property, { numRuns: 100 })
})

test('levels are near the best there are', () => {
  let [found, least] = [0, 0]
  for (let seed = 0; seed < 8; seed++) {
    const values = Float64Array.from(normals(600, seed))
    found += errorOf(values, fitted(values, 8))
    least += leastError(values, 8)
  }
  expect(found).toBeGreaterThanOrEqual(least * (1 - 1e-9))
  expect(found).toBeLessThan(1.05 * least)
})

// Max 1960, Table I.
test.each([
  [1, 0.3634],
  [2, 0.1175],
  [3, 0.03454],
  [4, 0.009497],
  [5, 0.002499]
])('normally distributed numbers lose what Max says: %d bits %d', async (bits, expected) => {
  const data = normals(500 * 100, bits)
  const error = await lost(500, 100, data, { bits, scale: 'table' })
  expect(error / expected).toBeGreaterThan(0.97)
  expect(error / expected).toBeLessThan(1.03)
  // A scale of its own takes a little of what a row or a column loses.
  expect((await lost(500, 100, data, { bits, scale: 'column' })) / expected).toBeLessThan(1.03)
  expect((await lost(500, 100, data, { bits })) / expected).toBeLessThan(1)
})

test('the levels of 2 bits are those of Max', async () => {
  const { levels, scale } = (await run(500, 100, normals(50_000, 9), { bits: 2, scale: 'table', scaleType: 'f32' }))
    .tensors
  const found = Array.from(levels.data, (level) => Number(level) * Number(scale.data[0]))
  // Half the distance of a pair: the sample's mean moves both alike.
  expect(Math.abs((found[3] - found[0]) / 2 - 1.51)).toBeLessThan(0.02)
  expect(Math.abs((found[2] - found[1]) / 2 - 0.4528)).toBeLessThan(0.02)
})

test('codes are those of the nearest levels', () => {
  const property = fc.property(fc.nat(), fc.integer({ min: 1, max: 256 }), (seed, count) => {
    const finder = finderOf(normals(count, seed).sort())
    for (const value of normals(50, seed + 1)) {
      const found = Math.abs(finder.levels[codeOf(finder, 2 * value)] - 2 * value)
      const least = Math.min(...Array.from(finder.levels, (level) => Math.abs(level - 2 * value)))
      expect(found).toBeLessThanOrEqual(least * (1 + 1e-6) + 1e-7)
    }
  })
  fc.assert(property, { numRuns: 100 })
})

test('scales are near the best of 2,000 that are tried', () => {
  let [found, least] = [0, 0]
  for (let seed = 0; seed < 40; seed++) {
    // Every other row has an outlier.
    const x = normals(64, seed)
    if (seed % 2 === 0) x[3] = 12
    const finder = finderOf(Float32Array.from(fitted(Float64Array.from(normals(4000, 1)), 2 ** (2 + (seed % 3)))))
    const all = { x, at: 0, size: 64, step: 1 }
    const best = Array.from({ length: 2000 }, (_, i) => errorAt(all, finder, (i + 1) / 250))
    found += errorAt(all, finder, fitScale(all, finder))
    least += Math.min(...best)
  }
  expect(found).toBeLessThan(1.01 * least)
})

describe('zeros', () => {
  test.each(['table', 'row', 'column', 'group'] as const)('a row of zeros stays one, with scale=%s', async (scale) => {
    const data = normals(60 * 12, 4).map((value) => value + 2)
    data.fill(0, 24, 36)
    for (const bits of [1, 2, 5, 8]) {
      const made = decoded(await run(60, 12, data, { bits, scale, ...(scale === 'group' && { groupSize: 5 }) }))
      expect([...made.subarray(24, 36)]).toEqual(new Array(12).fill(0))
    }
  })

  test('a 0 among other values stays one where that costs nothing', async () => {
    const data = normals(500 * 64, 5)
    for (let i = 0; i < data.length; i += 7) data[i] = 0
    const made = decoded(await run(500, 64, data, { bits: 8 }))
    expect(made.filter((_, i) => i % 7 === 0).every((value) => value === 0)).toBe(true)
  })
})

test('scales of one byte lose hardly more, and take one byte', async () => {
  const [rows, dim] = [400, 64]
  // Lengths that differ by a factor of 1,000.
  const data = normals(rows * dim, 6).map((value, at) => value * 1000 ** (Math.floor(at / dim) / rows))
  const [whole, byte] = await Promise.all(
    (['f32', 'log8'] as const).map((scaleType) => run(rows, dim, data, { bits: 4, scaleType }))
  )
  expect(tableBytes(whole) - tableBytes(byte)).toBe(3 * rows)
  const [a, b] = [whole, byte].map((table) => squaredRelativeError(data, decoded(table)))
  expect(b / a).toBeLessThan(1.02)
})

test('logarithmic scales are half a step off at most, and reach both ends', () => {
  const property = fc.property(fc.array(fc.double({ min: 1e-3, max: 1e3, noNaN: true }), { minLength: 1 }), (list) => {
    const scales = Float64Array.from([0, ...list])
    const { values, logScale } = storeScales(scales, [scales.length, 1], 'log8', 1e38)
    values.forEach((value, i) => {
      if (scales[i] === 0) expect(value).toBe(0)
      else expect(Math.abs(value / scales[i] - 1)).toBeLessThanOrEqual((logScale?.ratio ?? 0) - 1 + 1e-12)
    })
    expect(Math.max(...values) / Math.max(...scales)).toBeGreaterThanOrEqual(1 - 1e-9)
  })
  fc.assert(property, { numRuns: 50 })
})

test.each([
  ['no rows', 0, 4, new Float32Array()],
  ['zeros', 3, 4, new Float32Array(12)],
  ['one value', 3, 4, new Float32Array(12).fill(-7)],
  ['the largest values', 2, 3, Float32Array.of(3.4e38, -3.4e38, 3.4e38, 3.4e38, 3.4e38, -3.4e38)],
  ['the smallest values', 2, 3, Float32Array.of(1e-45, 0, 1e-45, -1e-45, 3e-45, 0)]
])('%s are coded to finite values', async (_, rows, dim, data) => {
  for (const scale of ['table', 'row', 'column'] as const) {
    for (const scaleType of ['f16', 'log8'] as const) {
      const made = decoded(await run(rows, dim, data, { bits: 3, scale, scaleType }))
      expect(made.length).toBe(data.length)
      expect(made.every(Number.isFinite)).toBe(true)
      if (data[0] === -7) expect(squaredRelativeError(data, made)).toBeLessThan(1e-6)
    }
  }
})

test('values that are not finite are refused by their place', async () => {
  const data = normals(50 * 8, 7)
  data[77] = Number.NaN
  for (const scale of ['table', 'row', 'column'] as const) {
    const refused = await refusal(() => run(50, 8, data, { bits: 4, scale }))
    expect(refused).toBe('bad-input: fixedpoint: row 9, column 5 is NaN: a finite number was expected')
  }
})

test.each([
  [{ levels: 'lloyd', bits: 9 }, 'option bits=9 does not go with levels=lloyd: use up to 8 bits'],
  [{ levels: 'lloyd', mode: 'affine', bits: 4 }, 'option mode=affine does not go with levels=lloyd'],
  [{ levels: 'lloyd', clip: 'mse', bits: 4 }, 'option clip=mse does not go with levels=lloyd'],
  [{ scaleType: 'log8' }, 'option scaleType=log8 does not go with levels=uniform: use levels=lloyd'],
  [{ format: 'f16', levels: 'lloyd' }, 'option levels=lloyd has no meaning with format=f16']
] as const)('%o is refused', (options, message) => {
  expect(() => fixedpoint(options)).toThrow(message)
})
