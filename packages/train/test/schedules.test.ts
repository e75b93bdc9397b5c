import { createRegistry } from '@slimbed/core/plugins'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as train from '../src/index.js'

const { constant, cosine, cyclic, exponential, step } = train
const registry = createRegistry({ constant, cosine, cyclic, exponential, step })
const rates = (spec: string, count: number, stepsPerEpoch = 4) => {
  const schedule = registry.scheduler(spec, { stepsPerEpoch })
  return Array.from({ length: count }, (_, i) => schedule.rate(i))
}
const close = (found: readonly number[], expected: readonly number[]) => {
  expect(found).toHaveLength(expected.length)
  for (const [i, value] of expected.entries()) expect(found[i]).toBeCloseTo(value, 12)
}

describe('values worked out by hand, at 4 steps an epoch', () => {
  test('constant', () => close(rates('constant(rate=0.5)', 3), [0.5, 0.5, 0.5]))

  test('step', () => {
    close(rates('step(rate=1, factor=0.1)', 9), [1, 1, 1, 1, 0.1, 0.1, 0.1, 0.1, 0.01])
    close(rates('step(rate=1, epochs=2)', 9), [1, 1, 1, 1, 1, 1, 1, 1, 0.5])
  })

  test('exponential', () => close(rates('exponential(rate=1, decay=0.25)', 5), [1, 2 ** -0.5, 0.5, 2 ** -1.5, 0.25]))

  test('cyclic', () => {
    close(rates('cyclic(upper=1, lower=0.2, cycle=4)', 7), [0.2, 0.6, 1, 0.6, 0.2, 0.6, 1])
    close(rates('cyclic(upper=1, lower=0, cycle=3)', 4), [0, 2 / 3, 2 / 3, 0])
  })

  test('cosine restarts after 1, 2 and 4 epochs', () => {
    const half = (steps: number, i: number) => (1 + Math.cos((Math.PI * i) / steps)) / 2
    const expected = [4, 8, 16].flatMap((steps) => Array.from({ length: steps }, (_, i) => half(steps, i)))
    close(rates('cosine(upper=1)', 28), expected)
    const shifted = expected.slice(0, 4).map((value) => 0.2 + 0.8 * value)
    close(rates('cosine(upper=1, lower=0.2, growth=1)', 12), [...shifted, ...shifted, ...shifted])
  })
})

test('cosine: every period begins at the top, for any growth', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 5 }), (epochs, growth) => {
      const { rate } = cosine({ upper: 1, epochs, growth, stepsPerEpoch: 3 })
      let start = 0
      for (let period = 0; period < 4; period++) {
        expect(rate(start)).toBeCloseTo(1, 9)
        start += 3 * epochs * growth ** period
        expect(rate(start - 1)).toBeLessThan(0.8)
      }
    })
  )
})

test.each([
  ['step', 'step: give stepsPerEpoch'],
  ['exponential', 'exponential: give stepsPerEpoch'],
  ['cosine', 'cosine: give stepsPerEpoch'],
  ['cosine(stepsPerEpoch=3, epochs=0)', 'cosine: option epochs must be above 0'],
  ['cosine(stepsPerEpoch=3, lower=1)', 'cosine: lower=1 must be below upper=0.001'],
  ['cyclic(lower=0.01)', 'cyclic: lower=0.01 must be below upper=0.001']
])('%s is refused', (spec, message) => {
  const error = expect.objectContaining({ code: 'bad-option', message: expect.stringContaining(message) })
  expect(() => registry.scheduler(spec)).toThrow(error)
})
