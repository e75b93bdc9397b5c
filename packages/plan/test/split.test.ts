import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Curve, splitBits } from '../src/split.js'

const curve = fc.record({
  values: fc.integer({ min: 1000, max: 1_000_000 }),
  bits: fc.double({ min: 0.5, max: 4, noNaN: true }),
  loss: fc.double({ min: 1e-6, max: 10, noNaN: true }),
  fall: fc.double({ min: 0.5, max: 3, noNaN: true })
})
const lossAt = (curves: readonly Curve[], bits: readonly number[]) =>
  curves.reduce((sum, one, i) => sum + one.loss * 2 ** (-one.fall * (bits[i] - one.bits)), 0)

test('all bits are given out, and no bits that are moved from one table to another make the loss less', () => {
  const some = fc.array(curve, { minLength: 2, maxLength: 5 })
  fc.assert(
    fc.property(some, fc.double({ min: 0.5, max: 8, noNaN: true }), (curves, rate) => {
      const total = rate * curves.reduce((sum, { values }) => sum + values, 0)
      const bits = splitBits(curves, total)
      const taken = bits.reduce((sum, own, i) => sum + own * curves[i].values, 0)
      expect(taken).toBeLessThanOrEqual(total * (1 + 1e-9))
      if (bits.every((own) => own > 0.02 && own < 16)) expect(taken).toBeGreaterThan(total * (1 - 1e-9))
      const least = lossAt(curves, bits)
      for (let from = 0; from < curves.length; from++) {
        for (let to = 0; to < curves.length; to++) {
          const moved = [...bits]
          const amount = 0.01 * Math.min(curves[from].values, curves[to].values)
          moved[from] -= amount / curves[from].values
          moved[to] += amount / curves[to].values
          if (moved[from] < 0.02 || moved[to] > 16) continue
          expect(lossAt(curves, moved)).toBeGreaterThanOrEqual(least * (1 - 1e-9))
        }
      }
    })
  )
})
