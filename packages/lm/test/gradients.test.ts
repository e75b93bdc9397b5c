import { createTensor, randomAt, type Table } from '@slimbed/core'
import { fixedpoint } from '@slimbed/fixedpoint'
import { numbers } from '@slimbed/testing'
import { describe, expect, test } from 'vitest'
import { multiplyHere } from '../../train/src/network/multiply.js'
import { trainable } from '../../train/src/network/nodes/trainable.js'
import type { Parameter } from '../../train/src/network/parameter.js'
import { tables } from '../../train/test/support.js'
import { batchesOf } from '../src/retrain/batches.js'
import { type Network, networkOf, parametersOf } from '../src/retrain/network.js'
import { firstStates, passThrough } from '../src/retrain/pass.js'
import { seeStored } from '../src/retrain/stored.js'
import { probabilities, slopes } from '../src/retrain/targets.js'
import { chain, denseTable, dim, languageModel, likelihoodOf, words } from './language-model.js'

/** The gradient of a parameter as a whole matrix, and its rows that have one; then forgets it. */
function taken(parameter: Parameter) {
  const { rows, dim: width, touched, count, gradient } = parameter
  const whole = new Float32Array(rows * width)
  for (let k = 0; k < count; k++) whole.set(gradient.subarray(k * width, (k + 1) * width), touched[k] * width)
  const held = [...touched.subarray(0, count)].sort((a, b) => a - b)
  parameter.clear()
  return { whole, held }
}

/** The slope of `loss` along `data[i]`, by central differences of two sizes, which cancel the third order. */
async function slopeOf(loss: () => Promise<number>, data: Float32Array, i: number): Promise<number> {
  const at = data[i]
  const difference = async (size: number) => {
    data[i] = at + size
    const [above, high] = [await loss(), data[i]]
    data[i] = at - size
    const [below, low] = [await loss(), data[i]]
    data[i] = at
    return (above - below) / (high - low)
  }
  return (4 * (await difference(0.01)) - (await difference(0.02))) / 3
}

const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * b[i], 0)

describe.each(Object.keys(tables))('scores of a %s table', (kind) => {
  const count = 3
  const vectors = numbers(count * dim, 50)
  const direction = numbers(words * count, 51)

  test('are the products of rows and vectors', async () => {
    const { value } = await trainable(tables[kind], multiplyHere).score(vectors, count)
    const row = new Float32Array(dim)
    for (let i = 0; i < words; i++) {
      tables[kind].readRow(i, row)
      for (let p = 0; p < count; p++) {
        expect(value[i * count + p]).toBeCloseTo(dot(row, vectors.subarray(p * dim, (p + 1) * dim)), 5)
      }
    }
  })

  test('have the gradients of finite differences, of the vectors too', async () => {
    const table = trainable(tables[kind], multiplyHere)
    const loss = async () => dot((await table.score(vectors, count)).value, direction)
    const slope = await (await table.score(vectors, count)).backward(direction)
    for (let i = 0; i < vectors.length; i++) {
      expect(Math.abs(slope[i] - (await slopeOf(loss, vectors, i)))).toBeLessThan(1e-3)
    }
    for (const parameter of table.parameters) {
      const { whole } = taken(parameter)
      for (let i = 0; i < whole.length; i++) {
        expect(Math.abs(whole[i] - (await slopeOf(loss, parameter.data, i))), parameter.name).toBeLessThan(1e-3)
      }
    }
  })
})

const shape = { steps: 4, streams: 3 }
const batch = batchesOf(chain(40, 1), shape, () => 0)()
const states = [4, dim].map((units, l) => ({
  hidden: numbers(shape.streams * units, 60 + l),
  cell: numbers(shape.streams * units, 62 + l)
}))
const expected = numbers(words * batch.tokens.length, 70)
probabilities({ scores: expected, bias: numbers(words, 71), factor: 1 })

/** The mean cross-entropy towards `share` of what is expected, and the rest of the words that come next; `back` adds to gradients. */
async function lossOf(network: Network, share: number, values: number, back = false): Promise<number> {
  const dropout = { shares: { values, words: values / 2 }, random: randomAt(1, ['masks']) }
  const pass = await passThrough(network, batch, states, multiplyHere, dropout)
  const given = () => ({ scores: pass.scores.slice(), bias: network.bias.data, factor: network.factor })
  const likelihood = slopes(given(), { next: batch.next, share: 0 })
  const logits = given()
  const logs = probabilities(logits)
  let cross = 0
  for (let i = 0; i < expected.length; i++) {
    const p = i % batch.next.length
    const word = Math.floor(i / batch.next.length)
    const logit = network.factor * (pass.scores[i] + network.bias.data[word])
    cross += (expected[i] * (logs[p] - logit)) / batch.next.length
  }
  if (back) {
    const gradient = given()
    slopes(gradient, { next: batch.next, ...(share > 0 && { expected }), share })
    await pass.backward(gradient.scores)
  }
  return (1 - share) * likelihood + share * cross
}

const settings: [string, Table, Table, number, number, number][] = [
  ['dense tables', denseTable(40), denseTable(41), 0, 0, 1],
  ['a product and a partition, dropout', tables.product, tables.partition, 0, 0.3, 1],
  ['a partition and a product, half distilled, logits with a factor', tables.partition, tables.nested, 0.5, 0.3, 0.8],
  ['distillation alone', denseTable(42), tables.product, 1, 0, 1]
]

describe.each(settings)('%s', (_, embedding, softmax, share, values, factor) => {
  const network = () => networkOf({ ...languageModel(embedding, softmax), factor }, multiplyHere)

  test('the gradient of every parameter is that of finite differences to 2e-4', async () => {
    const made = network()
    await lossOf(made, share, values, true)
    for (const parameter of parametersOf(made)) {
      const { whole } = taken(parameter)
      expect(Math.max(...whole.map(Math.abs)), `${parameter.name} has a gradient`).toBeGreaterThan(1e-4)
      const stride = Math.max(1, Math.floor(whole.length / 23))
      for (let i = 0; i < whole.length; i += stride) {
        const wanted = await slopeOf(() => lossOf(made, share, values), parameter.data, i)
        expect(Math.abs(whole[i] - wanted), `${parameter.name}[${i}]`).toBeLessThan(2e-4)
      }
    }
  })

  test('with rounding it is that of the rounded model, and goes to what was rounded', async () => {
    const tensor = await createTensor({ backend: 'cpu', threads: 1 })
    const exact = network()
    const before = parametersOf(exact).map(({ data }) => data.slice())
    const means = { tensor, seed: 0, weights: new Float32Array(words).fill(1) }
    await seeStored(exact, fixedpoint({ bits: 3 }), means)
    await tensor.close()
    const rounded = network()
    parametersOf(rounded).forEach(({ data }, i) => {
      data.set(parametersOf(exact)[i].value)
    })
    expect(parametersOf(exact)[0].value).not.toEqual(before[0])
    expect(await lossOf(exact, share, values, true)).toBe(await lossOf(rounded, share, values, true))
    expect(parametersOf(exact).map(taken)).toEqual(parametersOf(rounded).map(taken))
    expect(parametersOf(exact).map(({ data }) => data)).toEqual(before)
  })
})

test('only rows of the embedding that a batch has get a gradient: that of the whole table', async () => {
  const few = { ...batch, tokens: batch.tokens.map((_, i) => (i % 3) + 4) }
  const made = networkOf(languageModel(denseTable(40), denseTable(41)), multiplyHere)
  const pass = await passThrough(made, few, states, multiplyHere)
  const direction = numbers(pass.scores.length, 72, 0.1)
  await pass.backward(direction)
  const { whole, held } = taken(made.embedding.parameters[0])
  expect(held).toEqual([4, 5, 6])
  const loss = async () => dot((await passThrough(made, few, states, multiplyHere)).scores, direction)
  const { data } = made.embedding.parameters[0]
  for (let i = 0; i < data.length; i++) {
    expect(Math.abs(whole[i] - (await slopeOf(loss, data, i)))).toBeLessThan(1e-3)
  }
})

test('layers that are not to be trained have no gradient, and change none of the others', async () => {
  const [all, some] = [0, 1].map(() => networkOf(languageModel(denseTable(40), tables.partition), multiplyHere))
  for (const { weights, bias } of some.layers) weights.frozen = bias.frozen = true
  for (const network of [all, some]) await lossOf(network, 0, 0, true)
  const [whole, part] = [parametersOf(all).map(taken), parametersOf(some).map(taken)]
  parametersOf(some).forEach(({ name }, i) => {
    if (name.startsWith('lstm.')) expect(part[i].held).toEqual([])
    else expect(part[i]).toEqual(whole[i])
  })
})

test('a stream in pieces is predicted as in one, as by a model step by step', async () => {
  const model = languageModel(tables.partition, tables.product)
  const text = chain(25, 2)
  const network = networkOf(model, multiplyHere)
  let now = firstStates(network, 1)
  let sum = 0
  for (let start = 0; start < 24; start += 6) {
    const [tokens, next] = [text.slice(start, start + 6), text.slice(start + 1, start + 7)]
    const piece = { steps: 6, streams: 1, tokens, next, fresh: false }
    const pass = await passThrough(network, piece, now, multiplyHere)
    now = pass.states
    sum += slopes({ scores: pass.scores, bias: network.bias.data, factor: 1 }, { next, share: 0 }) / 4
  }
  expect(sum).toBeCloseTo(likelihoodOf(model, text), 5)
})
