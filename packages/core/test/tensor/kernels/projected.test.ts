import { codeBytes, type Dense } from '@slimbed/core'
import { rangesOf } from '@slimbed/core/numbers'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { generator } from '../../../../runtime/test/sample.js'
import { fillFrom } from '../../../src/tensor/jobs/stored-input.js'
import { compareRows, sumsPerRow } from '../../../src/tensor/kernels/compare.js'
import { decodeRows } from '../../../src/tensor/kernels/decode.js'
import { plainEightBitFloats } from '../../../src/tensor/kernels/eight-bits.js'
import { encodeRows } from '../../../src/tensor/kernels/encode.js'
import { panelsOf, quantizeProjected } from '../../../src/tensor/kernels/projected.js'
import { eightBitTypes } from '../eight-bits.js'
import { powerScale } from '../power-scale.js'
import { bitsOf, expectCompiled } from './support.js'

/** `a · b`, each sum rounded to float32 after each product, in order. */
function productOf(a: Float32Array, b: Dense): Float32Array {
  const rows = a.length / b.rows
  const out = new Float32Array(rows * b.dim)
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < b.dim; j++) {
      let sum = 0
      for (let k = 0; k < b.rows; k++) sum = Math.fround(sum + Math.fround(a[i * b.rows + k] * b.data[k * b.dim + j]))
      out[i * b.dim + j] = sum
    }
  }
  return out
}

const cases = fc.record({
  type: fc.constantFrom(undefined, ...Object.values(eightBitTypes)),
  dim: fc.integer({ min: 1, max: 70 }),
  width: fc.integer({ min: 1, max: 40 }),
  rows: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 500, max: 600 })),
  bits: fc.integer({ min: 1, max: 8 }),
  level: fc.boolean(),
  zeros: fc.constantFrom(0, 0.3),
  seed: fc.integer()
})

test('projected rows become what products, scales, codes and comparisons make of them one after another, bit for bit', () => {
  expectCompiled()
  const property = fc.property(cases, ({ type, dim, width, rows, bits, level, zeros, seed }) => {
    const random = generator(seed)
    const zero = level && bits > 1 ? 2 ** (bits - 1) : (2 ** bits - 1) / 2
    const floats = (count: number) => Float32Array.from({ length: count }, () => random() - 0.5)
    const [factor, right] = [
      { rows: dim, dim: width, data: floats(dim * width) },
      { rows: width, dim, data: floats(width * dim) }
    ]
    const values = floats(rows * dim)
    // Some rows of zeros, whose scale is 0.
    for (let row = 0; row < rows; row++) if (random() < zeros) values.fill(0, row * dim, (row + 1) * dim)
    const codesOfRows = Uint8Array.from(values, (value) => (value === 0 ? 0 : 10 + Math.floor(random() * 60)))
    if (type) plainEightBitFloats(codesOfRows, type.values, values)
    const scaleOf = powerScale({ steps: 2 ** bits / 2 })
    const grids = { dim, width, bits, zero, basis: panelsOf(factor), right: panelsOf(right) }
    const [codes, scale] = [new Uint8Array(rows * codeBytes(width, bits)), new Float32Array(rows)]
    const sums = new Float64Array(rows * sumsPerRow)
    quantizeProjected(
      { rows, values: type ? fillFrom([codesOfRows]) : values, type },
      grids,
      scaleOf,
      codes,
      scale,
      (start, found) => sums.set(found, start * sumsPerRow)
    )

    const projected = productOf(values, factor)
    const { min, max } = rangesOf(projected, width, width)
    const own = { dim: width, bits, groupSize: width, scale: min.map((low, row) => scaleOf(low, max[row])), zero }
    expect(Buffer.from(bitsOf(scale))).toEqual(Buffer.from(bitsOf(own.scale)))
    const expected = new Uint8Array(codes.length)
    encodeRows(projected, own, expected)
    expect(Buffer.from(codes)).toEqual(Buffer.from(expected))
    const decoded = new Float32Array(projected.length)
    decodeRows(expected, own, 0, rows, decoded)
    const direct = new Float64Array(sums.length)
    compareRows(values, productOf(decoded, right), dim, direct)
    expect(Buffer.from(bitsOf(sums))).toEqual(Buffer.from(bitsOf(direct)))
  })
  fc.assert(property, { numRuns: 40 })
})
