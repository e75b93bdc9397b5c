import { createTensor, dense, type TensorAdapter } from '@slimbed/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { embeddingMetric, type LanguageModel, softmaxMetric } from '../src/index.js'
import { tempered } from '../src/metric/tempered.js'
import { firstStates, hiddenStates } from '../src/perplexity/perplexity.js'
import { chain, denseTable, dim, languageModel, likelihoodOf, words } from './language-model.js'

let tensor: TensorAdapter
beforeAll(async () => {
  tensor = await createTensor({ threads: 1 })
})
afterAll(() => tensor.close())

const model = languageModel(denseTable(1), denseTable(2))

test('the metric of the softmax is the covariance of the hidden states to the power 3/4', async () => {
  const tokens = chain(200, 1)
  const metric = await softmaxMetric(model, tokens, { tensor })
  const hidden = await hiddenStates(model, tokens.subarray(0, 199), firstStates(model), { tensor })
  const mean = Float64Array.from({ length: dim }, (_, j) => {
    let sum = 0
    for (let t = 0; t < 199; t++) sum += hidden[t * dim + j] / 199
    return sum
  })
  const covariance = Float64Array.from({ length: dim * dim }, (_, at) => {
    const [i, j] = [Math.floor(at / dim), at % dim]
    let sum = 0
    for (let t = 0; t < 199; t++) sum += (hidden[t * dim + i] - mean[i]) * (hidden[t * dim + j] - mean[j])
    return sum / 199
  })
  const expected = await tempered(covariance, dim, 3 / 4, tensor)
  metric.forEach((value, at) => {
    expect(value).toBeCloseTo(expected[at], 6)
  })
})

test('a tempered metric has the same axes, eigenvalues to the power, and its trace', async () => {
  // [5 4; 4 5] has the eigenvalues 9 and 1 along (1, 1) and (1, -1).
  const root = await tempered(Float64Array.of(5, 4, 4, 5), 2, 1 / 2, tensor)
  const expected = [5, 2.5, 2.5, 5]
  expected.forEach((value, at) => {
    expect(root[at]).toBeCloseTo(value, 9)
  })
  expect([...(await tempered(new Float64Array(4), 2, 1 / 2, tensor))]).toEqual([0, 0, 0, 0])
})

/** A model whose embedding has one value moved. */
function moved(at: number, by: number): LanguageModel {
  const data = new Float32Array(words * dim)
  for (let row = 0; row < words; row++) model.embedding.readRow(row, data.subarray(row * dim, (row + 1) * dim))
  data[at] += by
  return { ...model, embedding: dense(words, dim, data) }
}

test('the metric of the embedding, of one token, is that of the gradient for the word that is drawn', async () => {
  const token = 3
  const chances = Array.from({ length: words }, (_, word) =>
    Math.exp(-likelihoodOf(model, Uint32Array.of(token, word)))
  )
  expect(chances.reduce((sum, chance) => sum + chance, 0)).toBeCloseTo(1, 6)
  let left = 0.6180339887498949
  const drawn = chances.findIndex((chance) => {
    left -= chance
    return left < 0
  })
  const by = 2 ** -8
  const gradient = Array.from({ length: dim }, (_, j) => {
    const at = (sign: number) => likelihoodOf(moved(token * dim + j, sign * by), Uint32Array.of(token, drawn))
    return (at(1) - at(-1)) / (2 * by)
  })
  // The word that really comes next makes no difference.
  for (const next of [0, 7]) {
    const metric = await embeddingMetric(model, Uint32Array.of(token, next), { tensor })
    for (let at = 0; at < metric.length; at++) {
      expect(metric[at]).toBeCloseTo(gradient[Math.floor(at / dim)] * gradient[at % dim], 4)
    }
  }
})

test('a column that the model does not use counts for nothing', async () => {
  const [first, ...others] = model.layers
  const weights = first.weights.slice().fill(0, 2 * 4 * first.hidden, 3 * 4 * first.hidden)
  const blind = { ...model, layers: [{ ...first, weights }, ...others] }
  const metric = await embeddingMetric(blind, chain(4000, 2), { tensor })
  for (let i = 0; i < dim; i++) {
    if (i === 2) expect(metric[i * dim + i]).toBeLessThan(1e-6 * metric[0])
    else expect(metric[i * dim + i]).toBeGreaterThan(0)
    for (let j = 0; j < dim; j++) expect(metric[i * dim + j]).toBe(metric[j * dim + i])
  }
})

test('a text of one token is refused', async () => {
  for (const metric of [softmaxMetric, embeddingMetric]) {
    await expect(metric(model, Uint32Array.of(1), { tensor })).rejects.toMatchObject({ code: 'bad-input' })
  }
})
