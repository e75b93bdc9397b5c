import { isSlimbedError, pipeline } from '@slimbed/core'
import { fixedpoint } from '@slimbed/fixedpoint'
import { lowrank } from '@slimbed/lowrank'
import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, test } from 'vitest'
import { rewriteTfjs, type TfjsInput, tfjsTables } from '../src/index.js'
import { expectNear, inputOf } from './support.js'

const [rows, dim] = [60, 12]

beforeAll(async () => {
  await tf.setBackend('cpu')
})

/** What `model.save` writes. */
async function saved(model: tf.LayersModel): Promise<TfjsInput> {
  let given: tf.io.ModelArtifacts | undefined
  await model.save(
    tf.io.withSaveHandler(async (artefacts) => {
      given = artefacts
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } }
    })
  )
  const { modelTopology, weightSpecs, weightData } = given!
  const json = { format: 'layers-model', modelTopology, weightsManifest: [{ paths: ['w.bin'], weights: weightSpecs }] }
  return { json: JSON.parse(JSON.stringify(json)), read: async () => new Uint8Array(weightData as ArrayBuffer) }
}

/** A model that is loaded as a page loads it. */
async function loaded({ json, read }: TfjsInput): Promise<tf.LayersModel> {
  const { modelTopology, weightsManifest } = json as {
    modelTopology: object
    weightsManifest: { paths: string[]; weights: tf.io.WeightsManifestEntry[] }[]
  }
  const parts = await Promise.all(weightsManifest.flatMap(({ paths }) => paths.map(read)))
  const weightData = new Uint8Array(Buffer.concat(parts)).buffer
  const weightSpecs = weightsManifest.flatMap(({ weights }) => weights)
  return tf.loadLayersModel(tf.io.fromMemory({ modelTopology, weightSpecs, weightData }))
}

const embedding = (options: object = {}) =>
  tf.layers.embedding({ inputDim: rows, outputDim: dim, name: 'words', ...options })
const dense = () => tf.layers.dense({ units: 3, activation: 'softmax' })

const sequential = (options: object = {}) =>
  tf.sequential({
    layers: [embedding({ inputLength: 5, ...options }), tf.layers.globalAveragePooling1d({}), dense()]
  })

/** Two inputs, one table. */
function functional(): tf.LayersModel {
  const inputs = [tf.input({ shape: [5] }), tf.input({ shape: [7] })]
  const words = embedding()
  const means = inputs.map(
    (input) => tf.layers.globalAveragePooling1d({}).apply(words.apply(input)) as tf.SymbolicTensor
  )
  const out = dense().apply(tf.layers.concatenate().apply(means)) as tf.SymbolicTensor
  return tf.model({ inputs, outputs: [out, words.apply(inputs[0]) as tf.SymbolicTensor] })
}

const idsOf = (length: number) =>
  tf.tensor2d(
    Float32Array.from({ length: 2 * length }, (_, i) => (7 * i) % rows),
    [2, length]
  )
const outputs = async (model: tf.LayersModel): Promise<number[][]> => {
  const given = model.inputs.map(({ shape }) => idsOf(shape[1] ?? 5))
  const made = [model.predict(given.length === 1 ? given[0] : given)].flat()
  return Promise.all(made.map(async (each) => Array.from(await each.data())))
}

const whole = fixedpoint({ bits: 8, scale: 'table' })
const models = { sequential: () => sequential(), 'masked sequential': () => sequential({ maskZero: true }), functional }

describe('layers models, loaded by stock TensorFlow.js', () => {
  test.each(
    Object.entries(models).flatMap(([name, make]) =>
      (
        [
          ['half floats', fixedpoint({ format: 'f16' }), 2, 0.001],
          ['8 bits', whole, 4, 0.02],
          ['5 bits', fixedpoint({ bits: 5, scale: 'table' }), 4, 0.1],
          ['low rank', lowrank({ rank: dim }), 0.8, 0.0001],
          ['low rank of 8 bits', pipeline(lowrank({ rank: dim }), whole), 3, 0.05]
        ] as const
      ).map(([how, compressor, smaller, error]) => ({ name, make, how, compressor, smaller, error }))
    )
  )('$name, $how', async ({ make, compressor, smaller, error }) => {
    const input = await saved(make())
    const [{ name, bytes }] = await tfjsTables(input)
    expect({ name, bytes }).toEqual({ name: 'words/embeddings', bytes: rows * dim * 4 })
    const made = await rewriteTfjs(input, { pipeline: compressor })
    expect(made.tables[0].verified.rows).toBe(rows)
    expect(made.tables[0].bytes.after).toBeLessThanOrEqual(bytes / smaller)
    const [wanted, got] = [await outputs(await loaded(input)), await outputs(await loaded(inputOf(made)))]
    expect(got.map(({ length }) => length)).toEqual(wanted.map(({ length }) => length))
    for (const [i, values] of got.entries())
      for (const [j, value] of values.entries()) expect(Math.abs(value - wanted[i][j])).toBeLessThan(error)
    // Read again, and written again.
    const again = await rewriteTfjs(inputOf(made), { pipeline: fixedpoint({ format: 'f16' }) })
    expect(again.tables[0].name).toBe('words/embeddings')
  })

  test('on wasm', async () => {
    const input = await saved(functional())
    const made = await rewriteTfjs(input, { pipeline: pipeline(lowrank({ rank: dim }), whole) })
    const wanted = await outputs(await loaded(inputOf(made)))
    await import('@tensorflow/tfjs-backend-wasm')
    expect(await tf.setBackend('wasm')).toBe(true)
    const got = await outputs(await loaded(inputOf(made)))
    await tf.setBackend('cpu')
    for (const [i, values] of got.entries()) expectNear(values, wanted[i])
  })

  test('everything else stays as it is', async () => {
    const input = await saved(sequential())
    const { json, shards } = await rewriteTfjs(input, { pipeline: whole })
    const [before, after] = [input.json, JSON.parse(json)] as {
      modelTopology: object
      weightsManifest: { weights: object[] }[]
    }[]
    expect(after.modelTopology).toEqual(before.modelTopology)
    expect(after.weightsManifest[0].weights.slice(1)).toEqual(before.weightsManifest[0].weights.slice(1))
    const [old, own] = [await input.read('w.bin'), Buffer.concat(shards.map(({ bytes }) => bytes))]
    expectNear(Array.from(own.subarray(rows * dim)), Array.from(old.subarray(4 * rows * dim)))
  })

  test('what stock layers cannot hold is refused', async () => {
    const input = await saved(sequential())
    await expect(rewriteTfjs(input, { pipeline: fixedpoint({ bits: 4 }) })).rejects.toThrow(
      'cannot be weights of stock layers: take fixedpoint(bits=8, scale=table)'
    )
    const none = await saved(tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [3] })] }))
    await expect(rewriteTfjs(none, { pipeline: whole })).rejects.toThrow('no embedding table')
  })

  test('damaged descriptions are refused in a line', async () => {
    const input = await saved(functional())
    const text = JSON.stringify(input.json)
    let refused = 0
    for (let i = 0; i < 300; i++) {
      // A part of the text is something else: numbers, lists and names of fields change their kind.
      const at = (i * 7919) % text.length
      const damaged = text.slice(0, at) + ['0', '[]', '{}', 'null', '"x"', ','][i % 6] + text.slice(at + 1 + (i % 5))
      let json: unknown
      try {
        json = JSON.parse(damaged)
      } catch {
        continue
      }
      try {
        await rewriteTfjs({ ...input, json }, { pipeline: pipeline(lowrank({ rank: 3 }), whole) })
      } catch (error) {
        if (!isSlimbedError(error)) throw error
        expect(error.message).not.toContain('\n')
        refused++
      }
    }
    expect(refused).toBeGreaterThan(0)
  })
})
