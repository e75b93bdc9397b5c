import fc from 'fast-check'
import { expect, test } from 'vitest'
import { generator } from '../../../../runtime/test/sample.js'
import { fillFrom } from '../../../src/tensor/jobs/stored-input.js'
import { gramOfEightBits } from '../../../src/tensor/kernels/eight-bit-gram.js'
import { eightBitTypes } from '../eight-bits.js'
import { expectCompiled } from './support.js'

test('sums of products of floats of 8 bits are exact, or refused where a value is too large for 16 bits', () => {
  expectCompiled()
  const cases = fc.record({
    type: fc.constantFrom(...Object.values(eightBitTypes)),
    dim: fc.constantFrom(16, 32, 48),
    rows: fc.oneof(fc.integer({ min: 1, max: 300 }), fc.constantFrom(4097, 1366)),
    most: fc.integer({ min: 1, max: 127 }),
    seed: fc.integer()
  })
  let done = 0
  const property = fc.property(cases, ({ type, dim, rows, most, seed }) => {
    const random = generator(seed)
    const input = Uint8Array.from({ length: rows * dim }, () => (Math.floor(random() * 256) & 128) | (random() * most))
    // The largest values, everywhere: their sums must not leave 32 bits.
    if (seed % 3 === 0) input.fill(most)
    const part = new Float64Array(dim * dim)
    const { values, bias, fraction } = type
    const largest = input.reduce((large, code) => Math.max(large, code & 127), 0)
    const expected = values[largest] < 2 ** 15 * 2 ** (1 - bias - fraction)
    expect(gramOfEightBits({ rows: input.length / dim, fill: fillFrom([input]), type }, dim, part)).toBe(expected)
    if (!expected) return
    done++
    for (const [i, j] of [
      [0, 0],
      [0, dim - 1],
      [3, 4],
      [7, 9],
      [dim - 1, dim - 1],
      [Math.abs(seed) % 8, 8 + (Math.abs(seed) % (dim - 8))]
    ] as const) {
      let sum = 0
      for (let at = 0; at < input.length; at += dim) sum += values[input[at + i]] * values[input[at + j]]
      expect(part[i * dim + j]).toBe(sum)
    }
  })
  fc.assert(property, { numRuns: 150 })
  expect(done).toBeGreaterThan(30)
})
