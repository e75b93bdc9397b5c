import { randomAt } from '@slimbed/core'
import { titleIf } from '@slimbed/testing'
import { describe, expect, test } from 'vitest'
import { compareOutcomes, type Outcome, pairedBootstrap } from '../src/index.js'
import { everyItem, shareOf } from '../src/outcome.js'
import { pythonFor } from './support.js'

const outcome = (right: readonly number[], task = 'made up'): Outcome => {
  const of = shareOf(Uint8Array.from(right))
  const score = {
    kind: 'classification' as const,
    task,
    measure: 'accuracy' as const,
    value: of(everyItem(right.length)),
    items: right.length,
    covered: right.length
  }
  return { score, used: right.length, of }
}

const random = randomAt(7)
const theirs = Array.from({ length: 400 }, () => Number(random() < 0.7))
const mine = theirs.map((right) => (random() < 0.1 ? 1 - right : right))

const python = pythonFor('scipy.stats', 'numpy')
const title = titleIf(python, 'there is no Python with SciPy')

describe('the paired bootstrap', () => {
  test('has the difference of the scores, within its interval, the same for the same seed', () => {
    const [a, b] = [outcome(mine), outcome(theirs)]
    const found = pairedBootstrap(a, b, { random: randomAt(1) })
    expect(found.value).toBeCloseTo(a.score.value - b.score.value, 12)
    expect(found.low).toBeLessThan(found.value)
    expect(found.high).toBeGreaterThan(found.value)
    expect(pairedBootstrap(a, b, { random: randomAt(1) })).toEqual(found)
  })

  test('is of no width for a table beside itself', () => {
    expect(pairedBootstrap(outcome(mine), outcome(mine), { random: randomAt(1) })).toEqual({
      value: 0,
      low: 0,
      high: 0
    })
  })

  test.skipIf(!python)(title('has the percentile interval of SciPy, up to the chance of the draw'), () => {
    const program = `
import numpy as np
from scipy.stats import bootstrap
d = np.array(given['mine'], float) - np.array(given['theirs'], float)
r = bootstrap((d,), np.mean, method='percentile', n_resamples=20000, random_state=1).confidence_interval
result = [float(r.low), float(r.high)]`
    const [low, high] = python!(program, { mine, theirs }) as [number, number]
    const found = pairedBootstrap(outcome(mine), outcome(theirs), { random: randomAt(2), resamples: 20000 })
    expect(Math.abs(found.low - low)).toBeLessThan(0.005)
    expect(Math.abs(found.high - high)).toBeLessThan(0.005)
  })

  test('refuses items that cannot be paired', () => {
    const pair = () => pairedBootstrap(outcome(mine), outcome(theirs.slice(1)), { random })
    expect(pair).toThrow('made up: cannot pair 400 items with 399')
  })
})

test('scores that the other table lacks have no difference', () => {
  const made = [outcome(mine, 'a'), outcome(mine, 'b'), outcome(mine.slice(1), 'c')]
  const others = [outcome(theirs, 'a'), outcome(theirs, 'c')]
  const compared = compareOutcomes(made, others, { seed: 0, resamples: 50 })
  expect(compared.map(({ difference }) => difference !== undefined)).toEqual([true, false, false])
})
