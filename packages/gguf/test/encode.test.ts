import { falling, floatsToPython, normals, titleIf } from '@slimbed/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decoders } from '../src/decode/decode.js'
import { encodeJob } from '../src/encode/encode-job.js'
import { fromHalf, toHalf } from '../src/encode/half.js'
import { rowHashes } from '../src/encode/row-hash.js'
import { writtenTypes } from '../src/rewrite/plan.js'
import golden from './golden.json' with { type: 'json' }
import { bitsOf, floatsFromHex, haveGguf, reference } from './support.js'

/** Rows as a type writes them, and as they are read again. */
function written(type: string, data: Float32Array, dim: number) {
  const { bytes, hashes } = encodeJob.run({ rows: data.length / dim, dim, data }, { type })
  const values = new Float32Array(data.length)
  decoders.get(type)!(bytes, values)
  return { bytes, hashes, values }
}

function squaredError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2
  return sum
}

test('half floats: to bits and back, and the nearest of all', () => {
  const all = Array.from({ length: 0x7c00 }, (_, bits) => bits)
  expect(all.filter((bits) => toHalf(fromHalf(bits)) !== bits)).toEqual([])
  const value = fc.double({ min: -70_000, max: 70_000, noNaN: true })
  fc.assert(
    fc.property(value, fc.integer({ min: -30, max: 0 }), (mantissa, exponent) => {
      const number = Math.fround(mantissa * 2 ** exponent)
      const bits = toHalf(number)
      const off = Math.abs(fromHalf(bits) - number)
      const magnitude = bits & 0x7fff
      for (const near of [magnitude - 1, magnitude + 1]) {
        if (near < 0 || near > 0x7bff) continue
        expect(Math.abs(fromHalf(near) - Math.abs(number))).toBeGreaterThanOrEqual(off)
      }
    })
  )
})

/** Finite values of one block, of any size, some of them alike or zero. */
const block = fc
  .tuple(
    fc.array(fc.oneof(fc.double({ min: -4, max: 4, noNaN: true }), fc.constantFrom(0, 1, -1, 2)), {
      minLength: 32,
      maxLength: 32
    }),
    fc.integer({ min: -20, max: 10 })
  )
  .map(([values, exponent]) => Float32Array.from(values, (value) => value * 2 ** exponent))

describe.each(writtenTypes)('%s', (type) => {
  test('what is read again is what the encoder meant, bit for bit', () => {
    fc.assert(
      fc.property(block, (data) => {
        const { values, hashes } = written(type, data, 32)
        expect([...rowHashes(values, 32)]).toEqual([...hashes])
      })
    )
  })

  test('zeros, tiny and huge values', () => {
    for (const size of [0, 1e-45, 1e-30, 1e-8, 3e-7, 1e5, 1e30, 3e38]) {
      const data = Float32Array.from({ length: 64 }, (_, i) => size * Math.sin(i))
      const { values } = written(type, data, 64)
      expect(values.every(Number.isFinite)).toBe(true)
      expect(squaredError(data, values)).toBeLessThanOrEqual(squaredError(data, new Float32Array(64)))
    }
  })
})

// Of Q4_1 not all pairs of numbers are tried, of Q8_0 not all scales.
test.each(['Q5_0', 'Q4_0', 'IQ4_NL', 'MXFP4'])('%s: values that a block can hold are kept exactly', (type) => {
  fc.assert(
    fc.property(block, (data) => {
      const { values } = written(type, data, 32)
      // Of zeros, the sign may change.
      const bits = (floats: Float32Array) => bitsOf(floats).map((word) => word << 1)
      expect(bits(written(type, values, 32).values)).toEqual(bits(values))
    })
  )
})

const levels: Readonly<Record<string, readonly number[]>> = {
  Q4_0: Array.from({ length: 16 }, (_, code) => code - 8),
  Q5_0: Array.from({ length: 32 }, (_, code) => code - 16),
  IQ4_NL: [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113]
}

/** The least squared error of a block with any half float as scale. */
function leastError(data: Float32Array, grid: readonly number[]): number {
  let least = Infinity
  for (let bits = 1; bits < 0x7c00; bits++) {
    for (const scale of [fromHalf(bits), -fromHalf(bits)]) {
      let error = 0
      for (let i = 0; i < data.length && error < least; i++) {
        let best = Infinity
        for (const level of grid) best = Math.min(best, (data[i] - scale * level) ** 2)
        error += best
      }
      least = Math.min(least, error)
    }
  }
  return Math.min(least, squaredError(data, new Float32Array(data.length)))
}

test.each(Object.keys(levels))('%s: no scale and no codes have a smaller squared error', (type) => {
  fc.assert(
    fc.property(block, (data) => {
      const { values } = written(type, data, 32)
      const least = leastError(data, levels[type])
      expect(squaredError(data, values)).toBeLessThanOrEqual(least * (1 + 1e-6))
    }),
    { numRuns: 6 }
  )
})

const [rows, dim] = [64, 128]
const tables = [normals(rows * dim, 3), falling(rows, dim, 4), normals(rows * dim, 5).map((value) => 0.01 * value ** 3)]

test('the errors of gguf-py and llama.cpp, as recorded, are not reached', () => {
  const data = floatsFromHex(golden.rows)
  for (const [type, error] of Object.entries(golden.errors)) {
    const { values } = written(type, data, 64)
    expect(squaredError(data, values), type).toBeLessThanOrEqual(error)
  }
})

test.skipIf(!haveGguf)(
  titleIf(haveGguf, 'needs gguf-py')('the errors of gguf-py and llama.cpp are not reached'),
  () => {
    for (const data of tables) {
      const errors = Object.entries(reference(['errors', String(dim)], floatsToPython(data)) as Record<string, number>)
      expect(errors.length).toBe(6)
      for (const [type, error] of errors) {
        expect(squaredError(data, written(type, data, dim).values), type).toBeLessThanOrEqual(error)
      }
    }
  }
)
