import { describe, expect, test } from 'vitest'
import { modelNames } from '../src/models/index.js'
import type { Model } from '../src/models/model.js'
import { multiplyHere } from '../src/network/multiply.js'
import type { TrainableTable } from '../src/network/nodes/node.js'
import { trainable } from '../src/network/nodes/trainable.js'
import type { Parameter } from '../src/network/parameter.js'
import { crossEntropy } from '../src/network/softmax.js'
import { modelOf, sentences, tables } from './support.js'
import { tfGradients } from './tfjs.js'

const labels = Uint32Array.of(2, 0, 1, 2)

async function lossOf(model: Model, table: TrainableTable): Promise<number> {
  const { value } = await model.forward(sentences, table, multiplyHere)
  return crossEntropy(value, 3, labels).value
}

/** Every gradient of a batch, scattered into whole matrices; the rows that were touched, by parameter. */
async function gradientsOf(model: Model, table: TrainableTable) {
  const pass = await model.forward(sentences, table, multiplyHere)
  await pass.backward(crossEntropy(pass.value, 3, labels).gradient)
  return [...table.parameters, ...model.parameters].map((parameter) => {
    const { rows, dim, touched, count, gradient } = parameter
    const whole = new Float32Array(rows * dim)
    for (let k = 0; k < count; k++) {
      whole.set(gradient.subarray(k * dim, (k + 1) * dim), touched[k] * dim)
    }
    const held = [...touched.subarray(0, count)].sort((a, b) => a - b)
    parameter.clear()
    return { parameter, whole, held }
  })
}

/** The slope of the loss along one value, by central differences of two sizes, which cancel the third order. */
async function slope(model: Model, table: TrainableTable, { data }: Parameter, i: number): Promise<number> {
  const at = data[i]
  const difference = async (size: number) => {
    data[i] = at + size
    const [above, high] = [await lossOf(model, table), data[i]]
    data[i] = at - size
    const [below, low] = [await lossOf(model, table), data[i]]
    data[i] = at
    return (above - below) / (high - low)
  }
  return (4 * (await difference(0.01)) - (await difference(0.02))) / 3
}

const cases = modelNames.flatMap((name) => Object.keys(tables).map((kind) => [name, kind] as const))

describe.each(cases)('%s over a %s table', (name, kind) => {
  const setting = () => ({ model: modelOf(name), table: trainable(tables[kind], multiplyHere) })

  test('gradients are those of finite differences to 1e-4', async () => {
    const { model, table } = setting()
    for (const { parameter, whole } of await gradientsOf(model, table)) {
      // The large matrices of the LSTM by a sample that falls on all their parts.
      const stride = Math.max(1, Math.floor(whole.length / (name === 'lstm' ? 11 : 37)))
      for (let i = 0; i < whole.length; i += stride) {
        const expected = await slope(model, table, parameter, i)
        expect(Math.abs(whole[i] - expected), `${parameter.name}[${i}]`).toBeLessThan(1e-4)
      }
    }
  })

  test("gradients are those of tfjs' own, with its dense gradient of the table, to 1e-4", async () => {
    const { model, table } = setting()
    const ours = await gradientsOf(model, table)
    const { loss, gradients } = tfGradients(name, model, tables[kind], sentences, labels)
    expect(Math.abs(loss - (await lossOf(model, table)))).toBeLessThan(1e-5)
    expect(ours.map(({ whole }) => whole.length)).toEqual(gradients.map(({ length }) => length))
    for (const [i, { parameter, whole }] of ours.entries()) {
      const worst = Math.max(...whole.map((value, k) => Math.abs(value - gradients[i][k])))
      expect(worst, parameter.name).toBeLessThan(1e-4)
      expect(Math.max(...gradients[i].map(Math.abs)), `${parameter.name} has a gradient`).toBeGreaterThan(1e-3)
    }
  })
})

test('only rows that a sentence has get a gradient, and memory for it', async () => {
  const table = trainable(tables.dense, multiplyHere)
  const [first] = await gradientsOf(modelOf('dan'), table)
  expect(first.held).toEqual([0, 1, 2, 3, 5, 7, 9, 10, 11])
})

test('a sentence without words has a gradient for biases alone', async () => {
  for (const name of modelNames) {
    const [model, table] = [modelOf(name), trainable(tables.product, multiplyHere)]
    const pass = await model.forward([new Uint32Array(0), sentences[0]], table, multiplyHere)
    const alone = await model.forward([sentences[0]], table, multiplyHere)
    expect([...pass.value.subarray(3)], name).toEqual([...alone.value])
    expect([...pass.value].every(Number.isFinite)).toBe(true)
    await pass.backward(Float32Array.of(1, -0.5, -0.5, 0, 0, 0))
    const slopes = table.parameters.flatMap(({ gradient }) => [...gradient])
    expect(
      slopes.every((value) => value === 0),
      name
    ).toBe(true)
  }
})
