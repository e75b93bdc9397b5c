import { codeBytes, quantized } from '@slimbed/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decode, generator } from '../../../runtime/test/sample.js'
import { packCodes } from '../../src/bits/pack-codes.js'

const sizes = fc.record({
  bits: fc.integer({ min: 1, max: 16 }),
  rows: fc.nat(5),
  dim: fc.integer({ min: 1, max: 40 }),
  seed: fc.integer()
})

test('packed codes lie as the format says and decode to themselves', () => {
  const property = fc.property(sizes, ({ bits, rows, dim, seed }) => {
    const random = generator(seed)
    const codes = Uint16Array.from({ length: rows * dim }, () => Math.floor(random() * 2 ** bits))
    const rowBytes = codeBytes(dim, bits)
    const out = new Uint8Array((rows + 2) * rowBytes)
    packCodes(bits <= 8 ? Uint8Array.from(codes) : codes, dim, bits, out, 1)
    const expected = new Uint8Array(out.length)
    for (let i = 0; i < rows; i++) {
      for (let at = 0; at < dim * bits; at++) {
        const bit = (codes[i * dim + Math.floor(at / bits)] >> (at % bits)) & 1
        expected[(i + 1) * rowBytes + (at >> 3)] |= bit << (at & 7)
      }
    }
    expect(out).toEqual(expected)
    const scale = { dtype: 'F32', shape: [1, 1], data: Float32Array.of(1) } as const
    const packed = out.slice(rowBytes, (rows + 1) * rowBytes)
    expect(decode(quantized({ dim, bits, groupSize: dim, codes: packed, scale, zero: 0 }))).toEqual(
      Float32Array.from(codes)
    )
  })
  fc.assert(property, { numRuns: 300 })
})

test('codes that do not fit are refused', () => {
  const bad = expect.objectContaining({ code: 'bad-input' })
  expect(() => packCodes(Uint8Array.of(1, 4), 2, 2, new Uint8Array(1))).toThrow(bad)
  expect(() => packCodes(Uint8Array.of(1, 2), 2, 2, new Uint8Array(1), 1)).toThrow(bad)
  expect(() => packCodes(Uint8Array.of(1, 2, 3), 2, 2, new Uint8Array(9))).toThrow(bad)
})
