import { readFileSync } from 'node:fs'
import type { TensorAdapter } from '@slimbed/core'
import { titleIf } from '@slimbed/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AnalogyTask, analogy, parseTasks } from '../src/index.js'
import { contextFor, data, hasData, numbers, openTensor, pythonFor, readBin, subjectFrom } from './support.js'

let tensor: TensorAdapter
beforeAll(async () => {
  tensor = await openTensor()
})
afterAll(() => tensor.close())

const python = pythonFor('gensim.models', 'numpy')
const title = titleIf(python, 'there is no Python with gensim')

/** gensim on a `.bin` file or on rows: right and all questions by section, and 3CosMul, which its evaluation does not reach. */
const program = `
import logging, tempfile
import numpy as np
from gensim.models import KeyedVectors
if 'path' in given:
    vectors = KeyedVectors.load_word2vec_format(given['path'], binary=True)
else:
    vectors = KeyedVectors(given['dim'])
    vectors.add_vectors(given['words'], np.array(given['rows'], dtype=np.float32).reshape(-1, given['dim']))
if 'text' in given:
    file = tempfile.NamedTemporaryFile('w', suffix='.txt')
    file.write(given['text'])
    file.flush()
    questions = file.name
else:
    questions = given['questions']
_, sections = vectors.evaluate_word_analogies(questions)
result = {s['section']: [len(s['correct']), len(s['correct']) + len(s['incorrect'])] for s in sections}
`

type Counts = Record<string, readonly [number, number]>

/** Right and all questions by section, as gensim counts them. */
function counts(outcome: Awaited<ReturnType<typeof analogy>>[number]): Counts {
  const { parts = [], value, covered } = outcome.score
  const sections = parts.map(({ name, value, items }) => [name, [Math.round(value * items), items]] as const)
  return Object.fromEntries([...sections, ['Total accuracy', [Math.round(value * covered), covered]]])
}

const asked = (all: Counts) => Object.fromEntries(Object.entries(all).filter(([, [, items]]) => items > 0))

/** Words that differ in case alone, questions with unknown words, and answers that are words of the question. */
function madeUp() {
  const words = Array.from({ length: 120 }, (_, i) => (i % 9 === 0 ? `W${i - 1}` : `w${i}`))
  const at = (i: number) => words[(i * 37) % words.length]
  const lines = Array.from({ length: 400 }, (_, i) => [at(i), at(i + 3), at(2 * i + 1), at(i * 5 + 2)].join(' '))
  const text = [': first', ...lines.slice(0, 200), 'w1 w2 w3 unknown', ': second', ...lines.slice(200), 'w1 w2 w1 w2']
  return { words, dim: 5, rows: numbers(120, 5, 9), text: `${text.join('\n')}\n` }
}

test.skipIf(!python)(title('what is right and what counts is as in gensim, section by section'), async () => {
  const { words, dim, rows, text } = madeUp()
  const { tasks } = parseTasks([{ name: 'made-up.txt', bytes: new TextEncoder().encode(text) }])
  const [add] = await analogy(subjectFrom(words, dim, rows), tasks[0] as AnalogyTask, contextFor(tensor))
  const expected = python!(program, { words, dim, rows: [...rows], text }) as Counts
  expect(expected['Total accuracy'][1]).toBeGreaterThan(300)
  expect(counts(add)).toEqual(asked(expected))
})

const here = python && hasData
const dataTitle = titleIf(here, 'needs gensim and the test data, see SLIMBED_DATA')

test.skipIf(!here)(dataTitle('the Google analogies on real vectors are answered exactly as by gensim'), async () => {
  const [path, questions] = [`${data}/vectors/googlenews-15k.300d.bin`, `${data}/eval/analogy/questions-words.txt`]
  const { words, dim, rows } = readBin(path)
  const { tasks } = parseTasks([{ name: 'questions-words.txt', bytes: readFileSync(questions) }])
  const [add] = await analogy(subjectFrom(words, dim, rows), tasks[0] as AnalogyTask, contextFor(tensor))
  expect(counts(add)).toEqual(asked(python!(program, { path, questions }) as Counts))
})

test.skipIf(!python)(title('3CosMul is that of gensim'), async () => {
  const { words, dim, rows } = madeUp()
  const distinct = words.map((_, i) => `w${i}`)
  const questions = Array.from(
    { length: 150 },
    (_, i) => [i % 120, (i * 7 + 1) % 120, (i * 11 + 2) % 120] as const
  ).filter(([a, b, c]) => a !== b && b !== c && a !== c)
  const best = python!(
    `
import numpy as np
from gensim.models import KeyedVectors
vectors = KeyedVectors(given['dim'])
vectors.add_vectors(given['words'], np.array(given['rows'], dtype=np.float32).reshape(-1, given['dim']))
result = [vectors.most_similar_cosmul(positive=[b, c], negative=[a], topn=1)[0][0] for a, b, c in given['questions']]`,
    { words: distinct, dim, rows: [...rows], questions: questions.map((rows) => rows.map((row) => `w${row}`)) }
  ) as string[]
  const task: AnalogyTask = {
    kind: 'analogy',
    name: 'made up',
    sections: [{ name: 'all', questions: questions.map(([a, b, c], i) => [`w${a}`, `w${b}`, `w${c}`, best[i]]) }]
  }
  const [add, mul] = await analogy(subjectFrom(distinct, dim, rows), task, contextFor(tensor))
  expect(mul.score).toMatchObject({ measure: '3CosMul', value: 1, covered: questions.length })
  expect(add.score.value).toBeLessThan(1)
})

test('more words than one pass takes are answered in several, with the same result', async () => {
  const count = 2600
  const words = Array.from({ length: count }, (_, i) => `w${i}`)
  const subject = subjectFrom(words, 6, numbers(count, 6, 4))
  const question = (i: number) => [`w${i}`, `w${i + 1}`, `w${i + 2}`, `w${(i * 3) % count}`] as const
  const task = (from: number, to: number): AnalogyTask => ({
    kind: 'analogy',
    name: 'made up',
    sections: [{ name: 'all', questions: Array.from({ length: to - from }, (_, i) => question(from + i)) }]
  })
  const right = async (from: number, to: number) => {
    const [add, mul] = await analogy(subject, task(from, to), contextFor(tensor))
    return [add, mul].map((outcome) => Math.round(outcome.score.value * outcome.score.covered))
  }
  const [whole, one, two] = [await right(0, 2500), await right(0, 1200), await right(1200, 2500)]
  expect(whole).toEqual([one[0] + two[0], one[1] + two[1]])
})

test('no known question: nothing to say', async () => {
  const task: AnalogyTask = { kind: 'analogy', name: 'x', sections: [{ name: 'y', questions: [['a', 'b', 'c', 'd']] }] }
  expect(await analogy(subjectFrom(['a', 'b', 'c'], 2, numbers(3, 2, 1)), task, contextFor(tensor))).toEqual([])
})
