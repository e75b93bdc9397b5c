import { type EightBitFloats, eightBitFloats } from '@slimbed/core/blocks'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { plainEightBitFloats } from '../../../src/tensor/kernels/eight-bits.js'
import { bitsOf, expectCompiled } from './support.js'

/** The values of codes by the formulas of IEEE 754, with NaN where `nan` says and an infinity at `infinity`. */
const typeOf = (fraction: number, bias: number, infinity: number, nan: number): EightBitFloats => {
  const values = Float32Array.from({ length: 256 }, (_, code) => {
    const [size, sign] = [code & 127, code < 128 ? 1 : -1]
    if (size >= nan) return Number.NaN
    if (size === infinity) return sign * Infinity
    const [exponent, part] = [size >> fraction, (size % 2 ** fraction) / 2 ** fraction]
    return sign * (exponent === 0 ? part * 2 ** (1 - bias) : (1 + part) * 2 ** (exponent - bias))
  })
  return { fraction, bias, infinity, nan, values }
}

const types = { E4M3: typeOf(3, 7, 128, 127), E5M2: typeOf(2, 15, 124, 125) }

test.each(Object.entries(types))('all codes of %s, wherever they are, are the same bits in JavaScript', (_, type) => {
  expectCompiled()
  // Around a block of the kernels, and not a multiple of 16.
  const length = fc.oneof(fc.nat(1100), fc.integer({ min: 2 ** 16 - 3, max: 2 ** 16 + 70 }))
  const property = fc.property(length, fc.nat(40), fc.nat(255), (count, skipped, first) => {
    const codes = Uint8Array.from({ length: count + skipped }, (_, i) => first + 37 * i).subarray(skipped)
    const out = new Float32Array(count + 2).fill(5)
    eightBitFloats(codes, type, out.subarray(1, count + 1))
    const plain = new Float32Array(count)
    plainEightBitFloats(codes, type.values, plain)
    expect([out[0], out[count + 1]]).toEqual([5, 5])
    expect(Buffer.compare(bitsOf(out.subarray(1, count + 1)), bitsOf(plain))).toBe(0)
  })
  fc.assert(property, { numRuns: 40 })
})
