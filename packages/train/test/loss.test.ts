import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bestClasses, crossEntropy, softmax } from '../src/network/softmax.js'

test('softmax and its loss, worked out by hand', () => {
  const scores = Float32Array.of(0, Math.log(3), 5, 5)
  expect([...softmax(scores, 2)].map((value) => Number(value.toFixed(6)))).toEqual([0.25, 0.75, 0.5, 0.5])
  const { value, gradient } = crossEntropy(scores, 2, [1, 0])
  expect(value).toBeCloseTo((Math.log(4 / 3) + Math.log(2)) / 2, 6)
  expect([...gradient].map((slope) => Number(slope.toFixed(6)))).toEqual([0.125, -0.125, -0.25, 0.25])
  expect([...bestClasses(scores, 2)]).toEqual([1, 0])
})

test('a wrong answer given with confidence is a large loss, not an infinite one; only scores that are none make it NaN', () => {
  const score = fc.float({ min: -1000, max: 1000, noNaN: true })
  fc.assert(
    fc.property(score, score, (a, b) => {
      const { value, gradient } = crossEntropy(Float32Array.of(a, b), 2, [0])
      expect(value).toBeGreaterThanOrEqual(0)
      expect(value).toBeLessThan(2001)
      expect(gradient.every(Number.isFinite)).toBe(true)
    })
  )
  expect(crossEntropy(Float32Array.of(Number.NaN, 0), 2, [0]).value).toBeNaN()
  expect(crossEntropy(Float32Array.of(Number.POSITIVE_INFINITY, 0), 2, [0]).value).toBeNaN()
})
