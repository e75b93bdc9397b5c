import { trellisStates } from '@slimbed/core/kinds/trellis'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeRows } from '../src/leaf/encode-rows.js'
import { fitCode } from '../src/leaf/fit.js'
import { leafOf } from '../src/leaf/leaf.js'
import { valuesOf } from '../src/leaf/values.js'
import { gaussian } from './support.js'

const rowsOf = (table: ReturnType<typeof leafOf>) => {
  const out = new Float32Array(table.rows * table.dim)
  for (let row = 0; row < table.rows; row++) table.readRow(row, out.subarray(row * table.dim, (row + 1) * table.dim))
  return out
}

const cases = fc.record({
  seed: fc.integer(),
  rows: fc.integer({ min: 1, max: 40 }),
  dim: fc.integer({ min: 1, max: 40 }),
  states: fc.constantFrom(...trellisStates),
  block: fc.integer({ min: 1, max: 20 }),
  step: fc.double({ min: 0.001, max: 3, noNaN: true }),
  lambda: fc.double({ min: 0, max: 1.5, noNaN: true }),
  gains: fc.boolean(),
  outlier: fc.constantFrom(0, 1, 100, 1e4)
})

test('what is decoded, in any order of rows, is what was chosen', async () => {
  const property = fc.asyncProperty(cases, async ({ seed, rows, dim, states, block, step, lambda, gains, outlier }) => {
    const x = gaussian(seed, rows * dim)
    const sigmas = Float64Array.from({ length: dim }, (_, j) => 1 / (1 + j / 4))
    x.forEach((value, i) => {
      x[i] = value * sigmas[i % dim]!
    })
    const { code } = fitCode({ dim, states, block, step, lambda, sigmas, gains }, x)
    // A value that the tables were not made for.
    x[0] = x[0]! + outlier * step
    const coded = encodeRows(code, x)
    const table = leafOf(code, rows, [coded])
    const values = valuesOf(code, coded.ks, coded.gains)
    expect(rowsOf(table)).toEqual(values)
    const row = new Float32Array(dim)
    for (let i = 0, at = seed >>> 0; i < 10; i++, at = (at * 7 + 3) % 1009) {
      table.readRow(at % rows, row)
      expect(row).toEqual(values.slice((at % rows) * dim, ((at % rows) + 1) * dim))
    }
    // No value is farther off than the nearest level of either quantizer, but for what bits are worth.
    const farthest = Math.sqrt(4 + lambda * 45) + 2
    values.forEach((value, i) => {
      expect(Math.abs(value - x[i]!)).toBeLessThanOrEqual(farthest * step * 2)
    })
  })
  await fc.assert(property, { numRuns: 150 })
})

test('at 2 to 4 bits the error is that of a trellis: 64 states lose about 0.6 dB to the limit', () => {
  const [rows, dim] = [400, 100]
  const x = gaussian(1, rows * dim)
  const sigmas = new Float64Array(dim).fill(1)
  for (const [step, lambda] of [
    [0.12, 0.35],
    [0.45, 0.4]
  ] as const) {
    const fitted = fitCode({ dim, states: 64, block: 16, step, lambda, sigmas, gains: false }, x)
    const { stream } = encodeRows(fitted.code, x)
    const bits = (8 * stream.length) / x.length
    expect(bits).toBeLessThan((fitted.bits / x.length) * 1.01 + 0.02)
    const limit = 2 ** ((-2 * fitted.bits) / x.length)
    expect(fitted.squaredError / x.length / limit).toBeLessThan(1.16)
  }
})
