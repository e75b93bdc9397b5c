import { readFileSync } from 'node:fs'
import type { TensorAdapter } from '@slimbed/core'
import { titleIf } from '@slimbed/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type ClassificationTask,
  type Classifier,
  classification,
  classify,
  type Features,
  parseTasks,
  trainClassifier
} from '../src/index.js'
import { inverseMoments, sentenceVectors, standardize } from '../src/measures/features.js'
import { everyItem } from '../src/outcome.js'
import { contextFor, data, hasData, numbers, openTensor, pythonFor, readBin, subjectFrom } from './support.js'

let tensor: TensorAdapter
beforeAll(async () => {
  tensor = await openTensor()
})
afterAll(() => tensor.close())

const python = pythonFor('sklearn.linear_model', 'numpy')
const title = titleIf(python, 'there is no Python with scikit-learn')

/** Rows around a point for each class, some of them astray. */
function madeUp(count: number, dim: number, classes: number): { features: Features; labels: Uint32Array } {
  const [points, noise] = [numbers(classes, dim, 1), numbers(count, dim, 2)]
  const labels = Uint32Array.from({ length: count }, (_, i) => Math.floor(1.7 * i) % classes)
  const data = noise.map((value, at) => 1.5 * value + points[labels[Math.floor(at / dim)] * dim + (at % dim)])
  return { features: { count, dim, data }, labels }
}

/** The probability of every class for every row, of two classes of the second alone. */
function probabilities({ weights, dim, classes }: Classifier, { count, data }: Features): number[][] {
  const outputs = classes > 2 ? classes : 1
  return Array.from({ length: count }, (_, row) => {
    const scores = Array.from({ length: outputs }, (_, k) => {
      let sum = weights[k * (dim + 1) + dim]
      for (let j = 0; j < dim; j++) sum += weights[k * (dim + 1) + j] * data[row * dim + j]
      return Math.exp(sum)
    })
    const total = scores.reduce((a, b) => a + b, outputs === 1 ? 1 : 0)
    return scores.map((score) => score / total)
  })
}

describe('logistic regression', () => {
  const program = `
import numpy as np
from sklearn.linear_model import LogisticRegression
x = np.array(given['data']).reshape(given['count'], -1)
model = LogisticRegression(C=1 / given['penalty'], tol=1e-8, max_iter=5000).fit(x, given['labels'])
p = model.predict_proba(x)
result = (p if p.shape[1] > 2 else p[:, 1:]).tolist()`

  test.skipIf(!python).each([
    [2, 1],
    [2, 40],
    [4, 3]
  ])(title('of %s classes, penalty %s: the probabilities of scikit-learn'), async (classes, penalty) => {
    const { features, labels } = madeUp(240, 12, classes)
    const input = { count: 240, data: [...features.data], labels: [...labels], penalty }
    const expected = python!(program, input) as number[][]
    const inverse = await inverseMoments(features, 240, penalty, tensor)
    for (const options of [{ penalty }, { penalty, inverse }]) {
      const made = probabilities(trainClassifier(features, labels, classes, everyItem(240), options), features)
      made.forEach((row, i) => {
        row.forEach((value, k) => {
          expect(Math.abs(value - expected[i][k])).toBeLessThan(2e-3)
        })
      })
    }
  })

  test('begun elsewhere, it ends at the same minimum', () => {
    const { features, labels } = madeUp(200, 8, 3)
    const [all, half] = [everyItem(200), everyItem(100)]
    const whole = trainClassifier(features, labels, 3, all)
    const start = trainClassifier(features, labels, 3, half)
    const again = trainClassifier(features, labels, 3, all, { start })
    expect(start.weights).not.toEqual(whole.weights)
    const agree = all.filter((row) => classify(whole, features, row) === classify(again, features, row))
    expect(agree.length).toBeGreaterThanOrEqual(199)
  })
})

describe('sentence classification', () => {
  const words = ['good', 'fine', 'bad', 'poor', 'it', 'is']
  const rows = Float32Array.from([1, 0.1, 1, -0.2, -1, 0.1, -1, 0.3, 0, 0.5, 0.1, -0.5])
  const subject = subjectFrom(words, 2, rows)
  const line = (i: number) => ['it', 'is', words[i % 4], 'unknown']
  const part = (count: number) => ({
    texts: Array.from({ length: count }, (_, i) => line(i)),
    labels: Array.from({ length: count }, (_, i) => (i % 4 < 2 ? 7 : 3))
  })

  test('uses the given parts, or ten folds', async () => {
    const given: ClassificationTask = { kind: 'classification', name: 'a', train: part(40), test: part(12) }
    const made = await classification(subject, given, contextFor(tensor))
    expect(made).toMatchObject({ used: 12, score: { value: 1, items: 52, covered: 52, measure: 'accuracy' } })
    const folded = await classification(
      subject,
      { kind: 'classification', name: 'a', train: part(40) },
      contextFor(tensor)
    )
    expect(folded).toMatchObject({ used: 40, score: { value: 1, items: 40 } })
  })

  test('a label that was never seen is never right; a table without the words has nothing to say', async () => {
    const strange = { texts: [line(0), line(1)], labels: [7, 99] }
    const task: ClassificationTask = { kind: 'classification', name: 'a', train: part(40), test: strange }
    expect((await classification(subject, task, contextFor(tensor)))!.score.value).toBe(0.5)
    const other = subjectFrom(['x'], 2, new Float32Array(2))
    expect(await classification(other, task, contextFor(tensor))).toBeUndefined()
  })

  test('does not depend on the scale or the middle of the table', async () => {
    const some = numbers(60, 6, 4)
    const task: ClassificationTask = {
      kind: 'classification',
      name: 'a',
      train: {
        texts: Array.from({ length: 120 }, (_, i) => [`w${i % 60}`, `w${(i * 7) % 60}`]),
        labels: Array.from({ length: 120 }, (_, i) => Number(some[(i % 60) * 6] > 0))
      }
    }
    const names = Array.from({ length: 60 }, (_, i) => `w${i}`)
    const value = async (table: Float32Array) =>
      (await classification(subjectFrom(names, 6, table), task, contextFor(tensor)))!.score.value
    const plain = await value(some)
    expect(plain).toBeGreaterThan(0.6)
    expect(Math.abs((await value(some.map((x) => 50 * x + 3))) - plain)).toBeLessThan(0.02)
  })

  const here = python && hasData
  const dataTitle = titleIf(here, 'needs scikit-learn and the test data, see SLIMBED_DATA')

  test.skipIf(!here)(
    dataTitle('on TREC with real vectors: as accurate as scikit-learn on the same features'),
    async () => {
      const { words, dim, rows } = readBin(`${data}/vectors/googlenews-15k.300d.bin`)
      const files = ['TREC.train.all', 'TREC.test.all']
      const { tasks } = parseTasks(
        files.map((name) => ({ name, bytes: readFileSync(`${data}/classification/${name}`) }))
      )
      const task = tasks[0] as ClassificationTask
      // A third of the sentences: scikit-learn takes long over all of them.
      const train = { texts: task.train.texts.slice(0, 1800), labels: task.train.labels.slice(0, 1800) }
      const subject = subjectFrom(words, dim, rows)
      const made = await classification(subject, { ...task, train }, contextFor(tensor))
      const features = sentenceVectors(subject, [...train.texts, ...task.test!.texts])
      standardize(features, 1800)
      const program = `
import base64
import numpy as np
from sklearn.linear_model import LogisticRegression
x = np.frombuffer(base64.b64decode(given['data']), '<f4').reshape(-1, given['dim'])
model = LogisticRegression(C=1.0, max_iter=1000).fit(x[:1800], given['train'])
result = float(np.mean(model.predict(x[1800:]) == np.array(given['test'])))`
      const bytes = Buffer.from(features.data.buffer).toString('base64')
      const expected = python!(program, { data: bytes, dim, train: train.labels, test: task.test!.labels }) as number
      expect(made!.score.value).toBeGreaterThan(0.7)
      expect(Math.abs(made!.score.value - expected)).toBeLessThanOrEqual(0.01)
    }
  )
})
