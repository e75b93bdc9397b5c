import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fixedpoint } from '../src/index.js'
import { storedScale } from '../src/stored-scale.js'
import { compressed, contextWith, copied } from './support.js'

test('scales are float16 where that is near enough for all, else float32', async () => {
  const typeOf = async (data: number[], given = {}) =>
    (await compressed(fixedpoint(given), copied(1, data.length, Float32Array.from(data)), contextWith())).tensors.scale
      .dtype
  expect(await typeOf([1, -2, 3])).toBe('F16')
  expect(await typeOf([0, 0, 0])).toBe('F16')
  expect(await typeOf([1, -2, 3], { scaleType: 'f32' })).toBe('F32')
  expect(await typeOf([1e-6, -2e-6])).toBe('F32')
  expect(await typeOf([1e8, -2e6])).toBe('F32')
  expect(await typeOf([1, -2, 3], { mode: 'affine', bits: 12 })).toBe('F32')
  expect(await typeOf([1, -2, 3], { mode: 'affine', bits: 8 })).toBe('F16')
})

test('a stored scale is the nearest of its type, or the nearest not below', () => {
  fc.assert(
    fc.property(fc.double({ min: 2 ** -18, max: 65504, noNaN: true }), (scale) => {
      const near = storedScale(scale, true, false)
      const up = storedScale(scale, true, true)
      const unit = Math.max(2 ** (Math.floor(Math.log2(near)) - 10), 2 ** -24)
      expect(near / unit).toBe(Math.round(near / unit))
      expect(Math.abs(near - scale)).toBeLessThanOrEqual(unit / 2)
      expect(up).toBeGreaterThanOrEqual(scale)
      expect(up - scale).toBeLessThan(2 * unit)
      expect(storedScale(up, true, true)).toBe(up)
    })
  )
  expect(storedScale(65504, true, true)).toBe(65504)
  expect(storedScale(2 ** -20 + 2 ** -40, true, false)).toBe(2 ** -20 + 2 ** -40)
  expect(storedScale(1e-60, false, false)).toBe(2 ** -149)
  expect(storedScale(1e-60, true, true)).toBe(2 ** -149)
})
