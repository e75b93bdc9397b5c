import { compress, createTensor, type Matrix, type TensorAdapter } from '@slimbed/core'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eightBitTable as tableOf } from '../../core/test/tensor/eight-bits.js'
import { fixedpoint } from '../src/index.js'
import { scaleCovering } from '../src/scale-covering.js'

const adapters: TensorAdapter[] = []
beforeAll(async () => {
  for (const threads of [1, 2]) adapters.push(await createTensor({ backend: 'wasm', threads, eager: true }))
})
afterAll(async () => {
  for (const tensor of adapters) await tensor.close()
})

/** The bytes of the file of a table. */
async function fileOf(
  matrix: Matrix,
  given: Parameters<typeof fixedpoint>[0],
  tensor: TensorAdapter,
  weighted = false
) {
  let file = Buffer.alloc(0)
  const sink = {
    async write(bytes: Uint8Array, at: number) {
      const whole = Buffer.alloc(Math.max(file.length, at + bytes.length))
      file.copy(whole)
      whole.set(bytes, at)
      file = whole
    }
  }
  const weights = weighted ? Float32Array.from({ length: matrix.rows }, (_, row) => 1 / (1 + (row % 31))) : undefined
  const { measured } = await compress(matrix, fixedpoint(given), { tensor, weights, sink })
  return { file, measured }
}

test.each([
  [{ bits: 4 }],
  [{ bits: 8 }],
  [{ bits: 3, scaleType: 'f32' }],
  [{ bits: 4, clip: 'mse' }],
  [{ bits: 5, mode: 'affine' }],
  [{ bits: 4, scale: 'group', groupSize: 16 }],
  [{ bits: 2, scale: 'column' }],
  [{ bits: 11 }]
] as const)('%j of floats of 8 bits gives the file of the same table in float32', async (given) => {
  for (const [rows, dim, weighted] of [
    [70_001, 16, false],
    [3000, 48, true],
    [900, 24, false]
  ] as const) {
    const expected = await fileOf(tableOf(rows, dim, false), given, adapters[0], weighted)
    for (const tensor of adapters) {
      const { file, measured } = await fileOf(tableOf(rows, dim, true), given, tensor, weighted)
      expect(file.equals(expected.file)).toBe(true)
      expect(measured).toEqual(expected.measured)
    }
  }
})

test('a value that is no number is refused as the matrix refuses it', async () => {
  for (const tensor of adapters) {
    const refused = fileOf(tableOf(70_001, 16, true, 654_321), { bits: 4 }, tensor)
    await expect(refused).rejects.toThrow('the table has no number at 654321')
  }
})

test('the scale of a row is the larger one of both sides of 0, and never falls as the row grows', () => {
  const size = fc.double({ min: 0, max: 1e38, noNaN: true })
  const near = fc.double({ min: 0, max: 500, noNaN: true })
  const sides = fc.oneof(fc.tuple(size, size), fc.tuple(near, near))
  const property = fc.property(
    sides,
    fc.integer({ min: 1, max: 16 }),
    fc.boolean(),
    fc.boolean(),
    ([below, above], bits, level, half) => {
      const top = 2 ** bits - 1
      const middle = level ? (top + 1) / 2 : top / 2
      const scaleOf = scaleCovering({ bits, top, affine: false, middle, level: false, half })
      expect(scaleOf(-below, above)).toBe(Math.max(scaleOf(-below, 0), scaleOf(0, above)))
      expect(scaleOf(-below, above / 2)).toBeLessThanOrEqual(scaleOf(-below, above))
      expect(scaleOf(0, 0)).toBe(0)
    }
  )
  fc.assert(property, { numRuns: 3000 })
})
