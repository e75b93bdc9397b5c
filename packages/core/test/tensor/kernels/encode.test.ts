import { quantized } from '@slimbed/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decode } from '../../../../runtime/test/sample.js'
import { compareRows, sumsPerRow } from '../../../src/tensor/kernels/compare.js'
import { compareCodes, decodeRows } from '../../../src/tensor/kernels/decode.js'
import { encodeRows, plainEncode } from '../../../src/tensor/kernels/encode.js'
import { bitsOf, codesOf, expectCompiled, gridAt, samples } from './support.js'

/** Rounds half to even, by cases. */
function roundEven(value: number): number {
  const below = Math.floor(value)
  const rest = value - below
  if (rest !== 0.5) return rest < 0.5 ? below : below + 1
  return below % 2 === 0 ? below : below + 1
}

test('codes are value / scale + zero, half to even, held within the codes; the same in JavaScript', () => {
  expectCompiled()
  const property = fc.property(samples, (sample) => {
    const { grids, values, row } = sample
    const { dim, bits, groupSize } = grids
    const [codes, plain] = [codesOf(sample), codesOf(sample)]
    encodeRows(values, grids, codes, row)
    plainEncode(values, grids, plain, row)
    expect(codes).toEqual(plain)
    const top = 2 ** bits - 1
    const expected = Float32Array.from(values, (value, at) => {
      const { scale, zero } = gridAt(sample, at)
      return Math.min(Math.max(scale === 0 ? Math.ceil(zero) : roundEven(value / scale + zero), 0), top)
    })
    const scale = {
      dtype: 'F32',
      shape: [1, Math.ceil(dim / groupSize)],
      data: new Float32Array(Math.ceil(dim / groupSize)).fill(1)
    } as const
    const got = decode(quantized({ dim, bits, groupSize, codes, scale, zero: 0 }))
    expect(got.subarray(row * dim)).toEqual(expected)
    expect(got.subarray(0, row * dim).every((code) => code === 0)).toBe(true)
  })
  fc.assert(property, { numRuns: 1000 })
})

test('blocks are decoded to the very values of readRow', () => {
  expectCompiled()
  const property = fc.property(samples, (sample) => {
    const { grids, values, row, rows } = sample
    const { dim, bits, groupSize, scale, zero } = grids
    const codes = codesOf(sample)
    encodeRows(values, grids, codes, row)
    const out = new Float32Array(values.length)
    const done = decodeRows(codes, grids, row, rows, out)
    expect(done).toBe(bits <= 8)
    if (!done) return
    const tensor = (data: Float32Array) =>
      ({ dtype: 'F32', shape: [scale.length / Math.ceil(dim / groupSize), Math.ceil(dim / groupSize)], data }) as const
    const table = quantized({
      dim,
      bits,
      groupSize,
      codes,
      scale: tensor(scale),
      zero: typeof zero === 'number' ? zero : tensor(zero)
    })
    expect(bitsOf(out)).toEqual(bitsOf(decode(table).subarray(row * dim)))
  })
  fc.assert(property, { numRuns: 1000 })
})

test('rows are compared with codes as with what these decode to, bit for bit', () => {
  expectCompiled()
  const property = fc.property(samples, (sample) => {
    const { grids, values, row, rows } = sample
    const codes = codesOf(sample)
    encodeRows(values, grids, codes, row)
    const [sums, expected] = [new Float64Array(rows * sumsPerRow), new Float64Array(rows * sumsPerRow)]
    const done = compareCodes(values, { codes, grids }, row, sums)
    expect(done).toBe(grids.bits <= 8)
    const out = new Float32Array(values.length)
    if (!decodeRows(codes, grids, row, rows, out)) return
    compareRows(values, out, grids.dim, expected)
    expect(bitsOf(sums)).toEqual(bitsOf(expected))
  })
  fc.assert(property, { numRuns: 500 })
})

test('many rows, and rows longer than a block of the kernels', () => {
  for (const [rows, dim] of [
    [700, 300],
    [2, 70_001]
  ] as const) {
    const values = Float32Array.from({ length: rows * dim }, (_, i) => Math.sin(i))
    const scale = Float32Array.from({ length: rows * Math.ceil(dim / 32) }, (_, i) => 0.1 + (i % 7) / 100)
    const grids = { dim, bits: 4, groupSize: 32, scale, zero: 7.5 }
    const codes = new Uint8Array(rows * Math.ceil(dim / 2))
    const plain = new Uint8Array(codes.length)
    encodeRows(values, grids, codes)
    plainEncode(values, grids, plain)
    expect(Buffer.from(codes).equals(plain)).toBe(true)
  }
})

test('too few grids or too little room are refused', () => {
  const bad = expect.objectContaining({ code: 'bad-input' })
  const values = new Float32Array(8)
  const grids = (scales: number, zero: number | Float32Array = 0) => ({
    dim: 4,
    bits: 8,
    groupSize: 2,
    scale: new Float32Array(scales),
    zero
  })
  for (const encode of [encodeRows, plainEncode]) {
    expect(() => encode(values, grids(3), new Uint8Array(8))).toThrow(bad)
    expect(() => encode(values, grids(4), new Uint8Array(12), 1)).toThrow(bad)
    expect(() => encode(values, grids(4, new Float32Array(3)), new Uint8Array(8))).toThrow(bad)
    expect(() => encode(values, grids(4), new Uint8Array(7))).toThrow(bad)
    expect(() => encode(values.subarray(1), grids(4), new Uint8Array(8))).toThrow(bad)
  }
})
