import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareRows, normsOf, plainNorms, sumsPerRow } from '../../../src/tensor/kernels/compare.js'
import { compareCodes } from '../../../src/tensor/kernels/decode.js'
import { encodeRows, plainEncode } from '../../../src/tensor/kernels/encode.js'
import { quantizeRows } from '../../../src/tensor/kernels/quantize.js'
import { bitsOf, codesOf, expectCompiled, samples } from './support.js'

test('rows are quantized and compared in one go as in two, bit for bit', () => {
  expectCompiled()
  const property = fc.property(samples, (sample) => {
    const { values, rows } = { ...sample }
    const { dim, bits, groupSize, zero } = sample.grids
    const groups = Math.ceil(dim / groupSize)
    // From the first row on: the grids before `row` are those of other rows.
    const own = (of: Float32Array) => (of.length === groups ? of : of.subarray(sample.row * groups))
    const grids = {
      dim,
      bits,
      groupSize,
      scale: own(sample.grids.scale),
      zero: typeof zero === 'number' ? zero : own(zero)
    }
    const [codes, expectedCodes] = [codesOf({ ...sample, row: 0 }), codesOf({ ...sample, row: 0 })]
    const [sums, expected] = [new Float64Array(rows * sumsPerRow), new Float64Array(rows * sumsPerRow)]
    const done = quantizeRows({ input: values, ...grids }, codes, sums)
    expect(done).toBe(bits <= 8)
    if (!done) return
    encodeRows(values, grids, expectedCodes)
    expect(codes).toEqual(expectedCodes)
    compareCodes(values, { codes, grids }, 0, expected)
    expect(bitsOf(sums)).toEqual(bitsOf(expected))
    codes.fill(0)
    quantizeRows({ input: values, ...grids }, codes, undefined)
    expect(codes).toEqual(expectedCodes)
  })
  fc.assert(property, { numRuns: 1000 })
})

test('values within some units of the middle of two codes get the codes of float64', () => {
  const near = fc.record({
    bits: fc.integer({ min: 1, max: 8 }),
    scale: fc.float({ min: Math.fround(1e-30), max: Math.fround(1e30), noNaN: true }),
    zero: fc.oneof(fc.constant(undefined), fc.float({ min: -300, max: 300, noNaN: true })),
    steps: fc.array(fc.tuple(fc.integer({ min: -3, max: 258 }), fc.integer({ min: -4000, max: 4000 })), {
      minLength: 1,
      maxLength: 40
    })
  })
  const property = fc.property(near, ({ bits, scale, zero = (2 ** bits - 1) / 2, steps }) => {
    const values = Float32Array.from(steps, ([code, units]) => (code + 0.5 - zero + units * 2 ** -24) * scale)
    const dim = values.length
    const grids = { dim, bits, groupSize: dim, scale: Float32Array.of(scale), zero: Math.fround(zero) }
    const [codes, plain] = [0, 1].map(() => new Uint8Array(Math.ceil((dim * bits) / 8)))
    encodeRows(values, grids, codes)
    plainEncode(values, grids, plain)
    expect(codes).toEqual(plain)
  })
  fc.assert(property, { numRuns: 3000 })
})

test('squared norms are the first sum of a comparison, the same in JavaScript', () => {
  const property = fc.property(
    fc.integer({ min: 0, max: 5 }),
    fc.integer({ min: 1, max: 13 }),
    fc.infiniteStream(fc.float({ noNaN: true, noDefaultInfinity: true })),
    (rows, dim, stream) => {
      const values = Float32Array.from({ length: rows * dim }, () => stream.next().value)
      const [squares, plain] = [new Float64Array(rows), new Float64Array(rows)]
      normsOf(values, dim, squares)
      plainNorms(values, dim, plain)
      const sums = new Float64Array(rows * sumsPerRow)
      compareRows(values, new Float32Array(rows * dim), dim, sums)
      expect(bitsOf(squares)).toEqual(bitsOf(plain))
      expect(bitsOf(squares)).toEqual(bitsOf(sums.filter((_, i) => i % sumsPerRow === 0)))
    }
  )
  fc.assert(property, { numRuns: 300 })
})
