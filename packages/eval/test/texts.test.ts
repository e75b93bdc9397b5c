import type { TensorAdapter } from '@slimbed/core'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compareOutcomes, evaluate, parseTasks, type RetrievalTask, type Subject } from '../src/index.js'
import { contextFor, numbers, openTensor, subjectFrom } from './support.js'

let tensor: TensorAdapter
beforeAll(async () => {
  tensor = await openTensor()
})
afterAll(() => tensor.close())

const file = (name: string, text: string) => ({ name, bytes: new TextEncoder().encode(text) })
const tasksIn = (text: string) => parseTasks([file('a.tsv', text)])

const dim = 4
const words = ['red', 'blue', 'green', 'cold', 'warm', 'wet']
const rows = numbers(words.length, dim, 3)
const table = subjectFrom(words, dim, rows)

/** A sentence model: the sum of the rows of its words, wherever they stand in it. */
const model: Subject = {
  ...table,
  encode: (texts) => {
    const out = new Float32Array(texts.length * dim)
    texts.forEach((text, i) => {
      words.forEach((word, row) => {
        if (text.includes(word)) for (let j = 0; j < dim; j++) out[i * dim + j] += rows[row * dim + j]
      })
    })
    return out
  }
}

describe('files', () => {
  test('queries and texts, one query with two answers, one text that answers none', () => {
    const { tasks, skipped } = tasksIn('query\ttext\nq\tred one\n\tlone text\nq\tblue\nr\tred one\r\n')
    expect(skipped).toEqual([])
    expect(tasks).toEqual([
      {
        kind: 'retrieval',
        name: 'a',
        queries: ['q', 'r'],
        texts: ['red one', 'lone text', 'blue'],
        answers: [[0, 2], [0]]
      }
    ])
  })

  test.each([
    ['query\ttext\na\tb\tc', /line 2: expected a query, a tab and a text/],
    ['query\ttext\njust a text', /line 1: expected lines of a query/]
  ])('left out: %j', (text, reason) => {
    expect(tasksIn(text).skipped[0].reason).toMatch(reason)
  })

  test('pairs of sentences with scores are a similarity set', () => {
    const { tasks } = tasksIn('sentence1\tsentence2\tscore\na red, red thing\tit is blue\t4.5\nx y\tz\t0\n')
    expect(tasks).toMatchObject([{ kind: 'similarity', first: ['a red, red thing', 'x y'], scores: [4.5, 0] }])
  })
})

describe('measures', () => {
  const cosine = (a: string, b: string) => {
    const [x, y] = [a, b].map((text) => model.encode?.([text]) ?? new Float32Array())
    const dot = (u: Float32Array, v: Float32Array) => u.reduce((sum, value, j) => sum + value * v[j], 0)
    return dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y))
  }

  test('retrieval puts texts in order of cosines', async () => {
    const text = fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 3 }).map((some) => some.join(' '))
    const task = fc
      .record({
        queries: fc.uniqueArray(text, { minLength: 1 }),
        texts: fc.uniqueArray(text, { minLength: 2 }),
        seed: fc.nat()
      })
      .map(({ queries, texts, seed }): RetrievalTask => {
        const answers = queries.map((_, i) => [(seed + i) % texts.length])
        return { kind: 'retrieval', name: 'x', queries, texts, answers }
      })
    await fc.assert(
      fc.asyncProperty(task, async (one) => {
        const { outcomes } = await evaluate(model, [one], contextFor(tensor))
        // Places between which no rounding decides.
        const places = one.queries.map((query, i) => {
          const [answer] = one.answers[i]
          const scores = one.texts.map((other) => cosine(query, other))
          const above = (margin: number) =>
            scores.filter((score, k) => k !== answer && score > scores[answer] + margin).length
          return [1 + above(1e-5), 1 + above(-1e-5)]
        })
        const mean = (value: (place: number) => number, bound: 0 | 1) =>
          places.reduce((sum, some) => sum + value(some[bound]), 0) / places.length
        const measures: readonly [string, (place: number) => number][] = [
          ['MRR@10', (place) => (place <= 10 ? 1 / place : 0)],
          ['recall@1', (place) => Number(place <= 1)],
          ['recall@10', (place) => Number(place <= 10)]
        ]
        expect(outcomes.map(({ score }) => score.measure)).toEqual(measures.map(([name]) => name))
        for (const [i, [, value]] of measures.entries()) {
          expect(outcomes[i].score.value).toBeLessThanOrEqual(mean(value, 0) + 1e-12)
          expect(outcomes[i].score.value).toBeGreaterThanOrEqual(mean(value, 1) - 1e-12)
        }
      }),
      { numRuns: 30 }
    )
  })

  test('several answers, and a query without a vector', async () => {
    const { tasks } = tasksIn('query\ttext\nred\tred\nred\tblue green\nnothing\tred\n\tcold\n\twet\n')
    const { outcomes } = await evaluate(model, tasks, contextFor(tensor))
    const value = (measure: string) => outcomes.find(({ score }) => score.measure === measure)?.score.value
    expect([value('MRR@10'), value('recall@1'), value('recall@10')]).toEqual([0.5, 0.25, 0.5])
    expect(outcomes[0].score).toMatchObject({ items: 2, covered: 1 })
    const none = await evaluate(model, tasksIn('query\ttext\nx\ty\n').tasks, contextFor(tensor))
    expect(none.skipped[0].reason).toMatch(/no query has a word/)
  })

  test('texts by a model, and by the words of a table', async () => {
    const lines = ['a red thing\tthe blue\t1', 'cold and wet\tcold wet\t3', 'warm\tgreen red\t2']
    const { tasks } = tasksIn(`text1\ttext2\tscore\n${lines.join('\n')}\n`)
    const { outcomes } = await evaluate(model, tasks, contextFor(tensor))
    expect(outcomes.map(({ score }) => [score.measure, score.covered])).toEqual([['spearman', 3]])
    const found = tasksIn('query\ttext\nred cold\tcold red\nwarm\twet\n').tasks
    const byWords = await evaluate(table, found, contextFor(tensor))
    const byModel = await evaluate(model, found, contextFor(tensor))
    expect(byWords.outcomes.map(({ score }) => score)).toEqual(byModel.outcomes.map(({ score }) => score))
    const [compared] = compareOutcomes(byWords.outcomes, byModel.outcomes, { seed: 0 })
    expect(compared.difference).toEqual({ value: 0, low: 0, high: 0 })
  })

  test('sentences are classified by their vectors', async () => {
    const line = (i: number) => (i % 2 === 0 ? `0 some ${i % 3 ? 'red' : 'cold'}ness` : '1 bluegreen')
    const { tasks } = tasksIn(Array.from({ length: 40 }, (_, i) => line(i)).join('\n'))
    const { outcomes } = await evaluate(model, tasks, contextFor(tensor))
    expect(outcomes[0].score).toMatchObject({ kind: 'classification', value: 1, covered: 40 })
    expect((await evaluate(table, tasks, contextFor(tensor))).skipped.length).toBe(1)
  })
})
