import { randomAt } from '@slimbed/core'
import { titleIf } from '@slimbed/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { spearman } from '../src/index.js'
import { everyItem } from '../src/outcome.js'
import { spearmanOf } from '../src/statistics/spearman.js'
import { pythonFor } from './support.js'

const python = pythonFor('scipy.stats')
const title = titleIf(python, 'there is no Python with SciPy')

const lists = fc.integer({ min: 3, max: 60 }).chain((length) => {
  const values = fc.array(fc.integer({ min: -4, max: 4 }), { minLength: length, maxLength: length })
  return fc.tuple(values, values)
})

test.skipIf(!python)(title('Spearman is that of SciPy to 1e-9, ties included'), () => {
  const random = randomAt(3)
  const cases = [5, 30, 400, 3000].flatMap((length) =>
    [3, 20, Number.POSITIVE_INFINITY].map((distinct) => {
      const value = () => (distinct === Number.POSITIVE_INFINITY ? random() : Math.floor(random() * distinct))
      const a = Array.from({ length }, value)
      return { a, b: a.map((x, i) => (i % 3 === 0 ? value() : x)) }
    })
  )
  const expected = python!(
    'import scipy.stats\nresult = [float(scipy.stats.spearmanr(c["a"], c["b"])[0]) for c in given]',
    cases
  ) as number[]
  expect(expected).toHaveLength(12)
  for (const [i, { a, b }] of cases.entries()) expect(Math.abs(spearman(a, b) - expected[i])).toBeLessThan(1e-9)
})

describe('Spearman', () => {
  test('is 1 for the same order, −1 for the opposite, worked out by hand with ties', () => {
    expect(spearman([1, 2, 3, 4], [10, 20, 40, 80])).toBe(1)
    expect(spearman([1, 2, 3, 4], [4, 3, 2, 1])).toBe(-1)
    // Ranks 1, 2.5, 2.5, 4 and 1, 2, 3, 4: Σ uv = 4.5, Σ u² = 4.5, Σ v² = 5.
    expect(spearman([1, 2, 2, 3], [1, 2, 3, 4])).toBeCloseTo(4.5 / Math.sqrt(4.5 * 5), 14)
    expect(spearman([1, 1, 1], [1, 2, 3])).toBe(0)
  })

  test('depends on the order alone, and on neither list being first', () => {
    fc.assert(
      fc.property(lists, ([a, b]) => {
        const value = spearman(a, b)
        expect(Math.abs(value)).toBeLessThanOrEqual(1 + 1e-12)
        expect(spearman(b, a)).toBe(value)
        expect(
          spearman(
            a.map((x) => Math.exp(x)),
            b.map((x) => x ** 3 + 5)
          )
        ).toBe(value)
      })
    )
  })

  test('over drawn items is that of the lists of what was drawn', () => {
    fc.assert(
      fc.property(lists, fc.infiniteStream(fc.nat()), ([a, b], stream) => {
        const sample = everyItem(a.length).map(() => stream.next().value % a.length)
        const [x, y] = [a, b].map((list) => [...sample].map((i) => list[i]))
        expect(spearmanOf(a, b)(sample)).toBeCloseTo(spearman(x, y), 12)
      })
    )
  })
})
