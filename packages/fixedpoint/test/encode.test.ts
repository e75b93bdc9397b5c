import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encode } from '../src/encode.js'
import { fixedpoint } from '../src/index.js'
import { contextWith, copied, decoded } from './support.js'

/** Rounds half to even, by cases. */
function roundEven(value: number): number {
  const below = Math.floor(value)
  const rest = value - below
  if (rest !== 0.5) return rest < 0.5 ? below : below + 1
  return below % 2 === 0 ? below : below + 1
}

test('values halfway between two codes get the even one, and none wraps around at the ends', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 16 }),
      fc.integer({ min: -140, max: 100 }),
      fc.array(fc.integer({ min: -300_000, max: 300_000 }), { minLength: 1 }),
      fc.boolean(),
      (bits, exponent, quarters, symmetric) => {
        const top = 2 ** bits - 1
        const scale = 2 ** exponent
        const zero = symmetric ? top / 2 : 17
        const x = Float32Array.from(quarters, (quarter) => (quarter / 4) * scale)
        const codes = new Uint16Array(x.length)
        encode(x, 0, x.length, top, { scale, zero }, false, codes, 0)
        const expected = Array.from(x, (value) => Math.min(Math.max(roundEven(value / scale + zero), 0), top))
        expect(Array.from(codes)).toEqual(expected)
      }
    )
  )
})

test('a row of ties, by hand', async () => {
  // 2 bits, scale 1: codes 0 to 3 stand for −1½, −½, ½, 1½, and whole numbers lie halfway.
  const row = Float32Array.of(1.5, -1.5, 1, 0, -1, 0.5, -0.5, 1.25)
  const table = await fixedpoint({ bits: 2 }).compress(copied(1, row.length, row), contextWith())
  expect(Array.from(decoded(table))).toEqual([1.5, -1.5, 0.5, 0.5, -1.5, 0.5, -0.5, 1.5])
  // Little-endian from the low bits on: 3 0 2 2, 0 2 1 3.
  expect(Array.from(table.tensors.codes!.data)).toEqual([0b10100011, 0b11011000])
})

test('values beyond a clipped range get the end codes', async () => {
  const row = Float32Array.from({ length: 256 }, (_, i) => (i === 0 ? 100 : i === 1 ? -100 : Math.sin(i)))
  const table = await fixedpoint({ bits: 8, clip: 'mse' }).compress(copied(1, row.length, row), contextWith())
  const values = decoded(table)
  expect(values[0]).toBe(Math.max(...values))
  expect(values[1]).toBe(Math.min(...values))
})
