import { readFileSync } from 'node:fs'
import type { TensorAdapter } from '@slimbed/core'
import { dense } from '@slimbed/runtime'
import { vocabularyOf } from '@slimbed/runtime/format'
import { titleIf } from '@slimbed/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { evaluate, meanRow, parseTasks, type SimilarityTask, similarity, spearman, subjectOf } from '../src/index.js'
import { contextFor, data, hasData, numbers, openTensor, pythonFor, readBin, subjectFrom, utf8 } from './support.js'

let tensor: TensorAdapter
beforeAll(async () => {
  tensor = await openTensor()
})
afterAll(() => tensor.close())

const words = ['a', 'b', 'c', 'd', 'E']
const rows = Float32Array.from([1, 0, 1, 1, 0, 1, -1, 0, 2, 1])
const subject = subjectFrom(words, 2, rows)
const task = (pairs: readonly (readonly [string, string, number])[]): SimilarityTask => ({
  kind: 'similarity',
  name: 'made up',
  first: pairs.map(([a]) => a),
  second: pairs.map(([, b]) => b),
  scores: pairs.map(([, , score]) => score)
})

describe('word similarity', () => {
  test('a word that is not known is the mean of all rows; the pairs that are known are told apart', async () => {
    const mean = await meanRow(subject.table, tensor)
    expect([...mean]).toEqual([0.6, 0.6].map((value) => expect.closeTo(value, 12)))
    const pairs = task([
      ['a', 'b', 3],
      ['a', 'c', 2],
      ['a', 'd', 1],
      ['a', 'unknown', 9],
      ['unknown', 'b', 4]
    ])
    const [all, known] = similarity(subject, pairs, mean)
    expect(known.score).toMatchObject({ measure: 'spearman, known pairs', value: 1, items: 5, covered: 3 })
    // The mean points as b does: cosines √½, 0, −1, √½, 1.
    expect(all.score.value).toBeCloseTo(spearman([0.7, 0, -1, 0.7, 1], [3, 2, 1, 9, 4]), 12)
  })

  test('a word is looked for as it is spelt, then in lower case; folded, its first row in any case counts', () => {
    const table = dense(3, 1, Float32Array.from([1, 2, 3]))
    const words = vocabularyOf(['IT', 'it', 'Apple'])
    const exact = subjectOf(table, words)
    expect(['it', 'IT', 'It', 'apple', 'Apple'].map(exact.find)).toEqual([1, 0, 1, -1, 2])
    const folded = subjectOf(table, words, { case: 'fold' })
    expect(['it', 'IT', 'It', 'apple', 'Apple'].map(folded.find)).toEqual([0, 0, 0, 2, 2])
    expect(() => subjectOf(table, vocabularyOf(['a']))).toThrow('expected a word for each of 3 rows, not 1 words')
  })

  test('a task of unknown words is left out with one line, and the others run', async () => {
    const { tasks } = parseTasks([
      { name: 'unknown.txt', bytes: utf8('x\ty\t1\ny\tz\t2\n') },
      { name: 'known.txt', bytes: utf8('a\tb\t1\nb\tc\t2\n') }
    ])
    const { outcomes, skipped } = await evaluate(subject, tasks, contextFor(tensor))
    expect(outcomes.map(({ score }) => score.task)).toEqual(['known', 'known'])
    expect(skipped).toEqual([{ file: 'unknown', reason: 'unknown: fewer than two pairs have both words in the table' }])
  })
})

const python = pythonFor('scipy.stats', 'numpy')
const here = python && hasData
const title = titleIf(here, 'needs SciPy and the test data, see SLIMBED_DATA')

test.skipIf(!here)(
  title('on real vectors: the figures of SciPy to 1e-9, and those that are known for case folded'),
  () => {
    const { words, dim, rows } = readBin(`${data}/vectors/googlenews-15k.300d.bin`)
    const subject = subjectOf(dense(words.length, dim, rows), vocabularyOf(words), { case: 'fold' })
    const published = { 'EN-MEN-TR-3k': 73.7, 'EN-RW-STANFORD': 71.7, 'EN-SIMLEX-999': 45.6, 'EN-WS-353-ALL': 68.1 }
    for (const [name, figure] of Object.entries(published)) {
      const { tasks } = parseTasks([{ name, bytes: readFileSync(`${data}/eval/similarity/${name}.txt`) }])
      const task = tasks[0] as SimilarityTask
      const [, known] = similarity(subject, task, new Float64Array(dim))
      expect(Number((100 * known.score.value).toFixed(1))).toBe(figure)
      const pairs = task.first.flatMap((a, i) => {
        const [p, q] = [subject.find(a), subject.find(task.second[i])]
        return p < 0 || q < 0 ? [] : [[p, q, task.scores[i]]]
      })
      const program = `
import numpy as np
from scipy.stats import spearmanr
def load(path):
    raw = open(path, 'rb').read()
    line = raw.index(b'\\n')
    count, dim = map(int, raw[:line].split())
    at, out = line + 1, np.empty((count, dim))
    for i in range(count):
        end = raw.index(b' ', at)
        out[i] = np.frombuffer(raw, '<f4', dim, end + 1)
        at = end + 1 + 4 * dim
        if raw[at:at + 1] == b'\\n': at += 1
    return out
x = load(given['path'])
p = np.array(given['pairs'])
a, b = x[p[:, 0].astype(int)], x[p[:, 1].astype(int)]
cosines = (a * b).sum(1) / np.sqrt((a * a).sum(1) * (b * b).sum(1))
result = float(spearmanr(cosines, p[:, 2])[0])`
      const expected = python!(program, { path: `${data}/vectors/googlenews-15k.300d.bin`, pairs }) as number
      expect(Math.abs(known.score.value - expected)).toBeLessThan(1e-9)
    }
  }
)

test('what is drawn makes the same score as a task of what was drawn', () => {
  const subject = subjectFrom(
    Array.from({ length: 40 }, (_, i) => `w${i}`),
    6,
    numbers(40, 6, 3)
  )
  const pairs = Array.from({ length: 30 }, (_, i) => [`w${i}`, `w${(i * 7 + 1) % 40}`, (i * 13) % 11] as const)
  const sample = Uint32Array.from({ length: 30 }, (_, i) => (i * i) % 30)
  const [all] = similarity(subject, task(pairs), new Float64Array(6))
  const [drawn] = similarity(subject, task([...sample].map((i) => pairs[i])), new Float64Array(6))
  expect(all.of(sample)).toBeCloseTo(drawn.score.value, 12)
})
