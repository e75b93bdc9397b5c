import { vocabularyOf } from '@slimbed/runtime/format'
import { expect, test } from 'vitest'
import { createTask } from '../src/index.js'
import { matrixOf, reviews } from './support.js'

const train = [
  { text: 'The film  is good', label: 'yes' },
  { text: 'the plot is bad', label: 'no' },
  { text: 'good good', label: 'yes' }
]
const vectors = { matrix: matrixOf(4, 3, 1), vocabulary: vocabularyOf(['plot', 'good', 'ending', 'other']) }

test('words of the training texts by falling count, then those of other texts that have a vector', async () => {
  const dev = [{ text: 'good ending unseen', label: 'no' }]
  const task = await createTask({ train, dev, vectors })
  const { vocabulary, labels, withVector, initial } = task
  const words = Array.from({ length: vocabulary.size }, (_, row) => vocabulary.word(row))
  expect(words).toEqual(['good', 'is', 'the', 'bad', 'film', 'plot', 'ending'])
  expect([...vocabulary.counts!]).toEqual([3, 2, 2, 1, 1, 1, 0])
  expect(labels).toEqual(['no', 'yes'])
  expect([...task.train.sentences[0]]).toEqual([2, 4, 1, 0])
  expect([...task.train.labels]).toEqual([1, 0, 1])
  expect([...task.dev.sentences[0]]).toEqual([0, 6])
  expect(withVector).toBe(3)
  const all = await vectors.matrix.read(0, 4)
  for (const [word, row] of [
    ['plot', 0],
    ['good', 1],
    ['ending', 2]
  ] as const) {
    const at = 3 * vocabulary.find(word)
    expect([...initial.subarray(at, at + 3)], word).toEqual([...all.subarray(3 * row, 3 * row + 3)])
  }
  const others = initial.subarray(3, 6)
  expect(others.every((value) => value !== 0 && Math.abs(value) < 0.05)).toBe(true)
  expect((await createTask({ train, dev, vectors })).initial).toEqual(initial)
  expect((await createTask({ train, dev, vectors, seed: 1 })).initial).not.toEqual(initial)
})

test('case, length and a table without vectors', async () => {
  const task = await createTask({ train, dev: train, lowercase: false, maxLength: 2, dim: 6 })
  expect(task.vocabulary.find('The')).toBeGreaterThanOrEqual(0)
  expect(task.vocabulary.find('film')).toBeGreaterThanOrEqual(0)
  expect(task.vocabulary.find('is')).toBe(-1)
  expect(task.initial).toHaveLength(6 * task.vocabulary.size)
  expect([task.dim, task.withVector]).toEqual([6, 0])
})

test('without dev data a tenth is held out, by the seed', async () => {
  const all = reviews(95, 1)
  const task = await createTask({ train: all, dim: 4, seed: 3 })
  expect([task.train.sentences.length, task.dev.sentences.length]).toEqual([85, 10])
  const again = await createTask({ train: all, dim: 4, seed: 3 })
  expect(again.dev).toEqual(task.dev)
  expect((await createTask({ train: all, dim: 4, seed: 4 })).dev).not.toEqual(task.dev)
})

test('texts of unknown words only are counted, and kept', async () => {
  const dev = [
    { text: 'nothing known here', label: 'no' },
    { text: 'good', label: 'yes' }
  ]
  const task = await createTask({ train, dev, dim: 3 })
  expect(task.dev.unknown).toBe(1)
  expect(task.dev.sentences.map(({ length }) => length)).toEqual([0, 1])
})

test.each([
  [
    'an unknown label in dev',
    { dev: [{ text: 'x', label: 'maybe', where: 'dev.txt:7' }] },
    'dev.txt:7: label "maybe" is not in the training data: "no", "yes"'
  ],
  ['an unknown label in test', { test: [{ text: 'x', label: 'maybe' }] }, 'text 1 of the test data: label "maybe"'],
  [
    'an empty sentence',
    { dev: [train[0], { text: ' \t', label: 'no', where: 'dev.txt:2' }] },
    'dev.txt:2: there is no text'
  ],
  [
    'one class only',
    { train: train.filter(({ label }) => label === 'yes') },
    'all 2 training texts have the label "yes": two or more are needed'
  ],
  ['no texts', { train: [] }, 'the training data has no texts'],
  ['no dev texts', { dev: [] }, 'the dev data has no texts']
])('%s is refused', async (_, wrong, message) => {
  const error = expect.objectContaining({ code: 'bad-input', message: expect.stringContaining(message) })
  await expect(createTask({ train, dev: train, dim: 3, ...wrong })).rejects.toEqual(error)
})
