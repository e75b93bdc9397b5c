import { dense } from '@slimbed/runtime'
import { packRuns, scale } from '@slimbed/runtime/trellis'
import fc from 'fast-check'
import { expect, test } from 'vitest'

const source = (rows: number) => dense(rows, 2, new Float32Array(2 * rows).fill(3))
const factors = Float32Array.of(1, 0.5, 2)

test('each row is times the factor of its level, in any order', () => {
  const levels = fc.array(fc.nat(2), { maxLength: 500 })
  fc.assert(
    fc.property(levels, fc.array(fc.nat(499), { maxLength: 50 }), (levels, order) => {
      const table = scale({ runs: packRuns(levels, 3), factors }, source(levels.length))
      const row = new Float32Array(2)
      for (const wanted of order.filter((row) => row < levels.length)) {
        table.readRow(wanted, row)
        expect([...row]).toEqual([3 * factors[levels[wanted]], 3 * factors[levels[wanted]]])
      }
    })
  )
})

test('rows in the order of their levels take a few bytes', () => {
  const levels = Array.from({ length: 100_000 }, (_, row) => Math.floor(Math.log2(1 + row)))
  expect(packRuns(levels, 17).length).toBeLessThan(17 * 3)
})

const runs = (...bytes: number[]) => Uint8Array.from(bytes)
// Of three levels, the number 9 is three rows of level 0.
test.each([
  ['runs of too few rows', runs(9), factors, 'runs of 3 rows in all, of a table of 4'],
  ['runs of too many rows', runs(9, 6), factors, 'run 1 of 2 rows, of a table of 4'],
  ['no runs', runs(), factors, 'runs of 0 rows in all'],
  ['a run of no rows', runs(2, 12), factors, 'run 0 of 0 rows'],
  ['a run that does not end', runs(9, 131), factors, 'run 1 does not end'],
  ['a run that is far too long', runs(...new Array(7).fill(255), 1), factors, 'run 0 does not end'],
  ['no factors', runs(9), new Float32Array(0), 'expected 1 to 128 factors, got 0'],
  ['too many factors', runs(9), new Float32Array(129).fill(1), 'expected 1 to 128 factors, got 129'],
  ['a factor of 0', runs(12), Float32Array.of(1, 0, 1), 'a factor of 0'],
  ['an infinite factor', runs(12), Float32Array.of(1, 1, 1 / 0), 'a factor of Infinity']
])('refused: %s', (_, bytes, own, message) => {
  expect(() => scale({ runs: bytes, factors: own }, source(4))).toThrow(message)
})
