import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fixedpoint } from '../src/index.js'
import { compressed, contextWith, copied, decoded, normals, scalesOf } from './support.js'

const scale = fc.constantFrom('table', 'row', 'column', 'group')
const mode = fc.constantFrom('symmetric', 'affine')
const scaleType = fc.constantFrom('f16', 'f32')
const bits = fc.integer({ min: 1, max: 16 })

/** Float32 values of every size, and rows that are zero, constant, far from 0, or one outlier among small values. */
const rowsOf = (dim: number) =>
  fc.oneof(
    fc.float32Array({ minLength: dim, maxLength: dim, noNaN: true, noDefaultInfinity: true }),
    fc.float32Array({ minLength: dim, maxLength: dim, min: -1, max: 1, noNaN: true }),
    fc.float32Array({ minLength: dim, maxLength: dim, min: 100, max: 101, noNaN: true }),
    fc.float({ noNaN: true, noDefaultInfinity: true }).map((value) => new Float32Array(dim).fill(value)),
    fc.constant(new Float32Array(dim)),
    fc.float32Array({ minLength: dim, maxLength: dim, min: Math.fround(3.4e38), noNaN: true, noDefaultInfinity: true }),
    fc.float32Array({ minLength: dim, maxLength: dim, noNaN: true, noDefaultInfinity: true }).map((row) => {
      row[0] = 3.4028234663852886e38
      return row
    }),
    fc.constant(new Float32Array(dim).fill(1e-45)),
    fc.float32Array({ minLength: dim, maxLength: dim, min: -1, max: 1, noNaN: true }).map((row) => {
      row[0] = 1000
      return row
    })
  )
const matrix = fc
  .record({ rows: fc.integer({ min: 1, max: 6 }), dim: fc.integer({ min: 1, max: 11 }) })
  .chain(({ rows, dim }) =>
    fc.array(rowsOf(dim), { minLength: rows, maxLength: rows }).map((parts) => {
      const data = new Float32Array(rows * dim)
      parts.forEach((part, row) => {
        data.set(part, row * dim)
      })
      return { rows, dim, data }
    })
  )

const options = fc.record({ bits, scale, mode, scaleType }).chain((given) => {
  const groupSize = given.scale === 'group' ? fc.integer({ min: 1, max: 12 }) : fc.constant(32)
  return groupSize.map((size) => ({ ...given, groupSize: size }))
})

/** Half a unit in the last place of a float32 of this magnitude, to which decoded values are rounded. */
const rounding = (value: number) => Math.max(Math.abs(value) * 2 ** -24, 2 ** -150)

test('clip=none: no value is off by more than half its scale, whatever the options and values', async () => {
  await fc.assert(
    fc.asyncProperty(matrix, options, async ({ rows, dim, data }, given) => {
      const table = await compressed(fixedpoint(given), copied(rows, dim, data), contextWith())
      const out = decoded(table)
      const scales = scalesOf(table)
      for (let i = 0; i < data.length; i++) {
        const error = Math.abs(data[i] - out[i])
        const allowed = (scales[i] / 2) * (1 + 1e-9) + rounding(out[i])
        expect(error, `value ${i}: ${data[i]} became ${out[i]}, scale ${scales[i]}`).toBeLessThanOrEqual(allowed)
      }
    }),
    { numRuns: 1500 }
  )
})

test('clip=none: the scale is hardly larger than covering the values takes', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.float32Array({ minLength: 2, maxLength: 20, min: -1, max: 1, noNaN: true }),
      bits,
      async (row, bits) => {
        const largest = Math.max(...row.map(Math.abs))
        fc.pre(largest > 1e-3)
        const table = await compressed(fixedpoint({ bits }), copied(1, row.length, row), contextWith())
        expect(scalesOf(table)[0] / ((2 * largest) / (2 ** bits - 1))).toBeLessThan(1 + 1 / 63)
      }
    )
  )
})

/** Sum of squared errors of each set of elements that share a scale. */
function errorsOf(data: Float32Array, out: Float32Array, dim: number, set: (row: number, column: number) => number) {
  const sums = new Map<number, number>()
  for (let i = 0; i < data.length; i++) {
    const key = set(Math.floor(i / dim), i % dim)
    sums.set(key, (sums.get(key) ?? 0) + (data[i] - out[i]) ** 2)
  }
  return sums
}

test('clip=mse is never worse than none, in any set of values that share a scale', async () => {
  await fc.assert(
    fc.asyncProperty(matrix, options, async ({ rows, dim, data }, given) => {
      const run = async (clip: 'none' | 'mse') =>
        decoded(await compressed(fixedpoint({ ...given, clip }), copied(rows, dim, data), contextWith()))
      const groups = Math.ceil(dim / given.groupSize)
      const sets = {
        table: () => 0,
        row: (row: number) => row,
        column: (_: number, column: number) => column,
        group: (row: number, column: number) => row * groups + Math.floor(column / given.groupSize)
      }
      const none = errorsOf(data, await run('none'), dim, sets[given.scale])
      const out = await run('mse')
      for (const [set, error] of errorsOf(data, out, dim, sets[given.scale])) {
        // Both are rounded to float32 when they are decoded.
        const ulp = data.reduce((most, x) => Math.max(most, Math.abs(x)), 0) * 2 ** -23 + 2 ** -149
        expect(Math.sqrt(error)).toBeLessThanOrEqual(Math.sqrt(none.get(set)!) + ulp * Math.sqrt(data.length))
      }
    }),
    { numRuns: 1000 }
  )
})

test('the same values give the same bytes, and rows do not depend on the rows around them', async () => {
  // Three rows to a block of a million values.
  const [rows, dim] = [7, 2 ** 18 + 1]
  const data = normals(rows * dim, 1)
  for (const given of [{ bits: 3, clip: 'mse' }, { bits: 11 }] as const) {
    const whole = await compressed(fixedpoint(given), copied(rows, dim, data), contextWith())
    const again = await compressed(fixedpoint(given), copied(rows, dim, data), contextWith())
    const codes = Buffer.from(whole.tensors.codes.data)
    expect(codes.equals(Buffer.from(again.tensors.codes.data))).toBe(true)
    expect(again.tensors.scale).toEqual(whole.tensors.scale)
    const last = await compressed(fixedpoint(given), copied(1, dim, data.slice(-dim)), contextWith())
    const rowCodes = Buffer.from(last.tensors.codes.data)
    expect(rowCodes.equals(codes.subarray(codes.length - rowCodes.length))).toBe(true)
    expect(last.tensors.scale.data[0]).toBe(whole.tensors.scale.data[rows - 1])
  }
})

test('zero, constant, tiny and huge rows decode as they should', async () => {
  const dim = 4
  const rows = [0, 0.5, -0.3, 1e-45, 3.4e38, -3.4e38].map((value) => new Float32Array(dim).fill(value))
  rows.push(Float32Array.of(-3.4e38, 3.4e38, 0, 1e38), Float32Array.of(1, 1 + 2 ** -23, 1, 1))
  const data = Float32Array.from(rows.flatMap((row) => Array.from(row)))
  for (const mode of ['symmetric', 'affine'] as const) {
    for (const clip of ['none', 'mse'] as const) {
      const table = await compressed(fixedpoint({ bits: 8, mode, clip }), copied(rows.length, dim, data), contextWith())
      expect(table.tensors.scale.dtype).toBe('F32')
      const out = decoded(table)
      expect(out.slice(0, dim)).toEqual(new Float32Array(dim))
      for (let i = 0; i < data.length; i++) {
        expect(Math.abs(out[i] - data[i])).toBeLessThanOrEqual(
          Math.abs(data[i]) / 200 + 2 ** -149 + (i >= 6 * dim && i < 7 * dim ? 1.4e36 : 0)
        )
      }
    }
  }
})
