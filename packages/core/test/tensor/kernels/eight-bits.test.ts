import { eightBitFloats } from '@slimbed/core/blocks'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { plainEightBitFloats } from '../../../src/tensor/kernels/eight-bits.js'
import { eightBitTypes } from '../eight-bits.js'
import { bitsOf, expectCompiled } from './support.js'

test.each(Object.entries(eightBitTypes))(
  'all codes of %s, wherever they are, are the same bits in JavaScript',
  (_, type) => {
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
  }
)
