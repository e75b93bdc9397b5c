import { titleIf } from '@slimbed/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { calr } from '../src/index.js'
import { hasNumpy, type Rule, released } from './numpy.js'

const title = titleIf(hasNumpy, 'there is no Python with NumPy')

describe('CALR', () => {
  test.skipIf(!hasNumpy).each<Rule>([
    { upper: 1e-3, decay: 0.1, size: 1000, stepsPerEpoch: 139, epochs: 10 },
    { upper: 1e-3, decay: 0.1, size: 50, stepsPerEpoch: 139, epochs: 12 },
    { upper: 0.02, decay: 0.5, size: 7, stepsPerEpoch: 23, epochs: 11 },
    { upper: 1e-3, decay: 0.1, size: 20, stepsPerEpoch: 30, epochs: 10, lower: 1e-6 },
    { upper: 0.3, decay: 0.7, size: 12, stepsPerEpoch: 17, epochs: 10, lower: 0.05 },
    { upper: 1e-3, decay: 1, size: 100, stepsPerEpoch: 139, epochs: 10, lower: 1e-5 }
  ])(title('%o: 10 epochs and more agree with NumPy to 1e-12'), (rule) => {
    const { size, epochs, ...options } = rule
    const schedule = calr({ ...options, cycle: 2 * size })
    const expected = released(rule)
    expect(expected).toHaveLength(epochs * rule.stepsPerEpoch)
    const worst = Math.max(...expected.map((rate, step) => Math.abs(schedule.rate(step) - rate) / rule.upper))
    expect(worst).toBeLessThan(1e-12)
  })

  test('values worked out by hand', () => {
    const { rate } = calr({ upper: 1, decay: 0.5, cycle: 4, stepsPerEpoch: 4, lower: 0.25 })
    const first = [0.25, 0.625, 1, 0.625]
    const second = [0.25, 0.375, 0.5, 0.375]
    expect(Array.from({ length: 12 }, (_, step) => rate(step))).toEqual([...first, ...second, ...first])
  })

  test('restarts after five epochs unless a lower bound says otherwise, however powers round', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        fc.double({ min: 1e-6, max: 10, noNaN: true }),
        (decay, upper) => {
          // The upper bound is met at the middle of a cycle: steps 1, 3, 5 … of cycles of 2.
          const { rate } = calr({ upper, decay, cycle: 2, stepsPerEpoch: 2 })
          const peaks = Array.from({ length: 12 }, (_, epoch) => rate(2 * epoch + 1) / upper)
          for (const [epoch, peak] of peaks.entries()) expect(peak / decay ** (epoch % 5)).toBeCloseTo(1, 9)
        }
      )
    )
  })

  test('stays within its bounds, and any step can be asked for first', () => {
    const options = { upper: 0.01, decay: 0.3, cycle: 30, stepsPerEpoch: 11, lower: 0.0002 }
    const { rate } = calr(options)
    fc.assert(
      fc.property(fc.nat(1_000_000), (step) => {
        expect(rate(step)).toBeGreaterThanOrEqual(options.lower * (1 - 1e-12))
        expect(rate(step)).toBeLessThanOrEqual(options.upper)
        expect(calr(options).rate(step)).toBe(rate(step))
      })
    )
  })

  test('decay=1 is plain cyclic, down to the lower bound of the default decay', () => {
    const { rate } = calr({ upper: 1e-3, decay: 1, cycle: 10, stepsPerEpoch: 3 })
    for (let step = 0; step < 100; step++) {
      const place = step % 10
      const up = (1e-3 - 1e-8) / 5
      expect(rate(step)).toBeCloseTo(place < 5 ? 1e-8 + place * up : 1e-3 - (place - 5) * up, 15)
    }
  })

  test('without a lower bound above 0 it never restarts', () => {
    const { rate } = calr({ upper: 1, decay: 0.5, cycle: 2, stepsPerEpoch: 2, lower: 0 })
    expect(rate(2 * 40 + 1)).toBe(0.5 ** 40)
  })
})

test.each([
  [{}, 'calr: give stepsPerEpoch, the number of batches of one epoch'],
  [{ stepsPerEpoch: 9, decay: 0 }, 'calr: option decay must be above 0, up to 1; 1 is plain cyclic'],
  [{ stepsPerEpoch: 9, upper: 0 }, 'calr: option upper must be above 0'],
  [{ stepsPerEpoch: 9, lower: 0.1 }, 'calr: lower=0.1 must be below upper=0.001'],
  [{ stepsPerEpoch: 9, decay: 1.1 }, 'calr: option decay must be a number from 0 to 1, not 1.1'],
  [{ stepsPerEpoch: 0 }, 'calr: option stepsPerEpoch must be an integer of 1 or more, not 0'],
  [{ stepsPerEpoch: 9, cycle: 1 }, 'calr: option cycle must be an integer of 2 or more, not 1']
])('%o is refused', (options, message) => {
  expect(() => calr(options)).toThrow(expect.objectContaining({ code: 'bad-option', message }))
})
