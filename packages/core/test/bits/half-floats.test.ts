import { toBfloat16, toFloat16 } from '@slimbed/core/numbers'
import { fromFloat16 } from '@slimbed/runtime'
import { fromBfloat16 } from '@slimbed/runtime/format'
import fc from 'fast-check'
import { expect, test } from 'vitest'

const every = Uint16Array.from({ length: 65_536 }, (_, bits) => bits)
const finite = (decode: (bits: number) => number) => [...every].filter((bits) => Number.isFinite(decode(bits)))

const types = [
  ['float16', toFloat16, fromFloat16, 2 ** 16],
  ['bfloat16', toBfloat16, fromBfloat16, 2 ** 128]
] as const

test.each(types)('every %s is its own rounding', (_, encode, decode) => {
  const bits = finite(decode)
  expect([...encode(Float32Array.from(bits, decode))]).toEqual(bits)
  for (const value of [Infinity, -Infinity, NaN]) expect(decode(encode(Float32Array.of(value))[0])).toBe(value)
})

test.each(types)('a value becomes the nearest %s, the even one of two', (_, encode, decode, beyond) => {
  // In rising order, with where Infinity would lie if exponents went on.
  const positive = finite(decode).filter((bits) => bits < 0x8000)
  const grid = [...positive.map(decode), beyond]
  const property = fc.property(
    fc.nat(positive.length - 1),
    fc.constantFrom(0, 0.25, 0.5, 0.75),
    fc.boolean(),
    (i, part, negative) => {
      const [low, high] = [grid[i], grid[i + 1]]
      const value = Math.fround(low + (high - low) * part)
      fc.pre(value === low + (high - low) * part)
      const up = part > 0.5 || (part === 0.5 && i % 2 === 1)
      const sign = negative ? 0x8000 : 0
      expect(encode(Float32Array.of(negative ? -value : value))[0]).toBe((up ? i + 1 : i) | sign)
    }
  )
  fc.assert(property, { numRuns: 3000 })
})

test('the ends of float16', () => {
  const values = Float32Array.of(
    65504,
    65519,
    65520,
    -65520,
    1e30,
    2 ** -24,
    2 ** -25,
    2 ** -25 * 1.0000001,
    2 ** -26,
    -0,
    1e-40
  )
  expect([...toFloat16(values)]).toEqual([0x7bff, 0x7bff, 0x7c00, 0xfc00, 0x7c00, 1, 0, 1, 0, 0x8000, 0])
})

test('views that begin in the middle of a buffer are read where they begin', () => {
  const values = Float32Array.of(9, 1, 2).subarray(1)
  expect([...toFloat16(values)]).toEqual([0x3c00, 0x4000])
  expect([...toBfloat16(values)]).toEqual([0x3f80, 0x4000])
})
