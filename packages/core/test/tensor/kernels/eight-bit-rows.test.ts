import { codeBytes } from '@slimbed/core'
import { fromFloat16, rangesOf, toFloat16 } from '@slimbed/core/numbers'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { generator } from '../../../../runtime/test/sample.js'
import { fillFrom } from '../../../src/tensor/jobs/stored-input.js'
import { sumsPerRow } from '../../../src/tensor/kernels/compare.js'
import { compareCodes } from '../../../src/tensor/kernels/decode.js'
import { type EightBitGrids, eightBitGrids } from '../../../src/tensor/kernels/eight-bit-grids.js'
import { quantizeEightBits } from '../../../src/tensor/kernels/eight-bit-rows.js'
import { plainEightBitFloats } from '../../../src/tensor/kernels/eight-bits.js'
import { encodeRows } from '../../../src/tensor/kernels/encode.js'
import { eightBitTypes } from '../eight-bits.js'
import { bitsOf, expectCompiled } from './support.js'

/** The scales of grids that cover what they are given, as float16 that is not below it where it can be, or as float32. */
const covering = (top: number, zero: number, half: boolean) => (min: number, max: number) => {
  // Between two levels, 0 is as far from both ends, and the last levels reach them.
  const beyond = zero === top / 2 ? 0 : 0.5
  const scale = Math.max(max / (top - zero + beyond), -min / (zero + beyond))
  if (!half || scale > 60_000) return Math.fround(scale * (1 + 2 ** -22))
  const [bits] = toFloat16(Float32Array.of(scale))
  return fromFloat16(fromFloat16(bits) < scale ? bits + 1 : bits)
}

/** The scales of the grids that are done in integers. */
const exactScales = ({ grids, gridBytes }: EightBitGrids) => {
  const all = Array.from({ length: grids.length / gridBytes }, (_, i) => new DataView(grids.buffer, i * gridBytes))
  return new Set(all.filter((grid) => grid.getInt32(4, true) === 1).map((grid) => grid.getFloat32(0, true)))
}

const cases = fc.record({
  type: fc.constantFrom(...Object.values(eightBitTypes)),
  dim: fc.integer({ min: 1, max: 6 }).map((count) => 16 * count),
  rows: fc.integer({ min: 1, max: 12 }),
  bits: fc.integer({ min: 1, max: 8 }),
  level: fc.boolean(),
  half: fc.constantFrom(true, true, true, false),
  seed: fc.integer(),
  // Codes up to this, and how many are 0: of any size, and of those of embeddings.
  most: fc.oneof(
    fc.constant(127),
    fc.integer({ min: 1, max: 126 }),
    ...[55, 70].map((min) => fc.integer({ min, max: 85 }))
  ),
  zeros: fc.constantFrom(0, 0, 0.1, 0.9),
  signs: fc.constantFrom(0, 0.5, 0.5, 0.5, 1)
})

test('rows of floats of 8 bits become what decoding, scaling, encoding and comparing make of them, bit for bit', () => {
  expectCompiled()
  let quick = 0
  const property = fc.property(cases, ({ type, dim, rows, bits, level, half, seed, most, zeros, signs }) => {
    const random = generator(seed)
    const codeOf = () => (random() < zeros ? 0 : Math.floor(random() * (most + 1))) + (random() < signs ? 128 : 0)
    const input = Uint8Array.from({ length: rows * dim }, codeOf)
    const top = 2 ** bits - 1
    const zero = level && bits > 1 ? (top + 1) / 2 : top / 2
    const scaleOf = covering(top, zero, half)
    const grids = eightBitGrids(type, { dim, bits, zero }, scaleOf)
    const exact = exactScales(grids)
    const codes = new Uint8Array(rows * codeBytes(dim, bits))
    const [scale, sums] = [new Float32Array(rows), new Float64Array(rows * sumsPerRow)]
    const given = { rows, fill: fillFrom([input]), type, grids }
    quantizeEightBits(given, codes, scale, (start, found) => sums.set(found, start * sumsPerRow))

    const values = new Float32Array(input.length)
    plainEightBitFloats(input, type.values, values)
    for (let row = 0; row < rows; row++) {
      const own = values.subarray(row * dim, (row + 1) * dim)
      const found = sums.subarray(row * sumsPerRow, (row + 1) * sumsPerRow)
      if (!own.every(Number.isFinite)) {
        // Passes find such rows by their sums.
        expect(found[0]).not.toSatisfy(Number.isFinite)
        continue
      }
      const { min, max } = rangesOf(own, dim, dim)
      const plain = { dim, bits, groupSize: dim, scale: Float32Array.of(scaleOf(min[0], max[0])), zero }
      const [expected, direct] = [new Uint8Array(codeBytes(dim, bits)), new Float64Array(sumsPerRow)]
      encodeRows(own, plain, expected)
      compareCodes(own, { codes: expected, grids: plain }, 0, direct)
      const [made, wanted] = [codes.subarray(row * expected.length, (row + 1) * expected.length), plain.scale[0]]
      expect([scale[row], Buffer.from(made), Buffer.from(bitsOf(found.slice()))]).toEqual([
        wanted,
        Buffer.from(expected),
        Buffer.from(bitsOf(direct))
      ])
      if (exact.has(scale[row])) quick++
    }
  })
  fc.assert(property, { numRuns: 300 })
  // Else the loop over integers would not be tested.
  expect(quick).toBeGreaterThan(300)
})

test('rows around the blocks of the kernels', () => {
  const { E4M3: type } = eightBitTypes
  const [dim, rows, bits, zero] = [16, 2 * 4096 + 3, 4, 7.5]
  const input = Uint8Array.from({ length: rows * dim }, (_, i) => (Math.imul(i, 2654435761) >>> 24) % 80)
  const scaleOf = covering(15, zero, true)
  const grids = eightBitGrids(type, { dim, bits, zero }, scaleOf)
  const codes = new Uint8Array((rows * dim) / 2)
  const scale = new Float32Array(rows)
  const starts: number[] = []
  quantizeEightBits({ rows, fill: fillFrom([input]), type, grids }, codes, scale, (start) => starts.push(start))
  expect(starts).toEqual([0, 4096, 8192])
  const values = new Float32Array(input.length)
  plainEightBitFloats(input, type.values, values)
  const { min, max } = rangesOf(values, dim, dim)
  expect(scale).toEqual(min.map((low, row) => scaleOf(low, max[row])))
  const expected = new Uint8Array(codes.length)
  encodeRows(values, { dim, bits, groupSize: dim, scale, zero }, expected)
  expect(Buffer.from(codes).equals(expected)).toBe(true)
})
