import { randomAt } from '@slimbed/core'
import { titleIf } from '@slimbed/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { categorization, purityOf } from '../src/index.js'
import { sphericalKMeans } from '../src/measures/kmeans.js'
import { everyItem } from '../src/outcome.js'
import { numbers, pythonFor, subjectFrom } from './support.js'

const python = pythonFor('sklearn.metrics', 'numpy')
const title = titleIf(python, 'there is no Python with scikit-learn')

test.skipIf(!python)(title('purity is that of the contingency matrix of scikit-learn'), () => {
  const random = randomAt(5)
  const cases = [10, 100, 402].flatMap((count) =>
    [2, 7, 21].map((groups) => {
      const draw = () => Array.from({ length: count }, () => Math.floor(random() * groups))
      return { clusters: draw(), classes: draw() }
    })
  )
  const program = `
import numpy as np
from sklearn.metrics.cluster import contingency_matrix
result = [float(np.sum(np.amax(contingency_matrix(c["classes"], c["clusters"]), axis=0)) / len(c["classes"])) for c in given]`
  const expected = python!(program, cases) as number[]
  cases.forEach(({ clusters, classes }, i) => {
    const of = purityOf(Uint32Array.from(clusters), Uint32Array.from(classes))
    expect(Math.abs(of(everyItem(classes.length)) - expected[i])).toBeLessThan(1e-9)
  })
})

/** Points around each of some directions, scaled to length 1. */
function around(centres: number, each: number, dim: number, noise: number) {
  const [middle, off] = [numbers(centres, dim, 1), numbers(centres * each, dim, 2)]
  const data = new Float64Array(centres * each * dim)
  for (let i = 0; i < centres * each; i++) {
    let sum = 0
    for (let j = 0; j < dim; j++) {
      const value = middle[(i % centres) * dim + j] + noise * off[i * dim + j]
      data[i * dim + j] = value
      sum += value * value
    }
    for (let j = 0; j < dim; j++) data[i * dim + j] /= Math.sqrt(sum)
  }
  return { count: centres * each, dim, data }
}

describe('spherical k-means', () => {
  test('finds clusters that are there', () => {
    const points = around(6, 20, 16, 0.1)
    const { ids } = sphericalKMeans(points, 6, randomAt(1))
    for (let i = 0; i < points.count; i++) expect(ids[i]).toBe(ids[i % 6])
    expect(new Set(ids).size).toBe(6)
  })

  test('has the cohesion of its clusters: the lengths of their sums', () => {
    const points = around(4, 30, 8, 1)
    const { ids, cohesion } = sphericalKMeans(points, 5, randomAt(2))
    const sums = Array.from({ length: 5 }, () => new Float64Array(8))
    for (let i = 0; i < points.count; i++) {
      for (let j = 0; j < 8; j++) sums[ids[i]][j] += points.data[i * 8 + j]
    }
    expect(cohesion).toBeCloseTo(
      sums.reduce((total, sum) => total + Math.hypot(...sum), 0),
      8
    )
  })

  test('leaves no cluster empty, even of equal points', () => {
    const data = Float64Array.from({ length: 12 }, (_, i) => Number(i % 2 === 0))
    const { ids } = sphericalKMeans({ count: 6, dim: 2, data }, 3, randomAt(0))
    expect(Math.max(...ids)).toBeLessThan(3)
  })
})

describe('categorization', () => {
  const words = Array.from({ length: 30 }, (_, i) => `w${i}`)
  const { data } = around(3, 10, 12, 0.05)
  const subject = subjectFrom(words, 12, Float32Array.from(data))
  const task = (names: readonly string[]) => ({
    kind: 'categorization' as const,
    name: 'made up',
    words: names,
    classes: names.map((_, i) => `class ${i % 3}`)
  })
  let first: ReturnType<typeof categorization>
  beforeAll(() => {
    first = categorization(subject, task(words), 0)
  })
  afterAll(() => {
    first = undefined
  })

  test('is 1 where classes are clusters, and the same again for the same seed', () => {
    expect(first!.score).toMatchObject({ value: 1, items: 30, covered: 30, measure: 'purity' })
    expect(categorization(subject, task(words), 0)!.score).toEqual(first!.score)
  })

  test('leaves out words that are not known, and says how many', () => {
    const { score, used } = categorization(subject, task([...words, 'x', 'y', 'z']), 0)!
    expect(score).toMatchObject({ value: 1, items: 33, covered: 30 })
    expect(used).toBe(30)
    expect(categorization(subject, task(['x', 'y', 'w1']), 0)).toBeUndefined()
  })
})
