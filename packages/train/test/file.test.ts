import { createTensor, save, type TensorAdapter } from '@slimbed/core'
import { fixedpoint } from '@slimbed/fixedpoint'
import { lowrank } from '@slimbed/lowrank'
import { load } from '@slimbed/runtime'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  constant,
  createTask,
  defaults,
  loadClassifier,
  modelNames,
  saveClassifier,
  type Task,
  type Trained,
  train
} from '../src/index.js'
import { reviews } from './support.js'

let tensor: TensorAdapter
let task: Task
const examples = reviews(60, 3)
beforeAll(async () => {
  tensor = await createTensor({ backend: 'wasm', threads: 1 })
  task = await createTask({ train: reviews(200, 1), dev: reviews(60, 2), test: examples, dim: 10 })
})
afterAll(() => tensor.close())

const trained = (model: (typeof modelNames)[number]): Promise<Trained> =>
  train(
    task,
    {
      ...{ ...defaults, model, epochs: 3, batch: 20, schedule: () => constant({ rate: 0.03 }) },
      compress: { compressor: lowrank({ rank: 3 }), atEpoch: 2 },
      quantize: { compressor: fixedpoint(), epochs: 0 }
    },
    tensor
  )

test.each(modelNames)(
  '%s: one file, which classifies as the run measured, and any reader finds its table',
  async (model) => {
    const done = await trained(model)
    const bytes = await saveClassifier(done, { pipeline: 'lowrank(rank=3)' })
    const classifier = loadClassifier(bytes)
    const found = await Promise.all(examples.map(({ text }) => classifier.classify(text)))
    const right = found.filter(({ label }, i) => label === examples[i].label).length
    expect(right / examples.length).toBeCloseTo(done.reports.at(-1)!.testAccuracy!, 9)
    for (const { probabilities, label } of found) {
      expect(probabilities[0] + probabilities[1]).toBeCloseTo(1, 6)
      expect(label).toBe(classifier.labels[probabilities[0] >= probabilities[1] ? 0 : 1])
    }
    const { table, vocabulary, manifest } = load(bytes)
    expect([table.kind, table.rows, vocabulary?.word(0)]).toEqual([
      'product',
      task.vocabulary.size,
      task.vocabulary.word(0)
    ])
    expect(manifest.provenance).toEqual({ pipeline: 'lowrank(rank=3)' })
  }
)

test('texts without known words all get the same answer, and say so', async () => {
  const { classify } = loadClassifier(await saveClassifier(await trained('dan'), {}))
  const answers = await Promise.all(['', '  ', 'completely unheard'].map(classify))
  expect(answers.map(({ known }) => known)).toEqual([0, 0, 0])
  expect(answers[1]).toEqual(answers[0])
  expect(answers[2]).toEqual(answers[0])
  expect((await classify('GOOD unheard')).known).toBe(1)
})

describe('a file that is not what it should be is refused', () => {
  let bytes: Uint8Array
  beforeAll(async () => {
    bytes = await saveClassifier(await trained('dan'), {})
  })
  const changed = async (config: object, tensors: object = {}) => {
    const { table, vocabulary, extra } = load(bytes)
    const next = { config: { ...extra!.config, ...config }, tensors: { ...extra!.tensors, ...tensors } }
    return save({ table, vocabulary, provenance: {}, extra: next })
  }

  test('a table alone, a checkpoint, one without words', async () => {
    const { table, vocabulary, extra } = load(bytes)
    const alone = expect.objectContaining({
      code: 'bad-input',
      message: expect.stringContaining('holds a table alone')
    })
    for (const parts of [
      { vocabulary },
      { extra },
      { vocabulary, extra: { config: { kind: 'checkpoint' }, tensors: {} } }
    ]) {
      const file = await save({ table, provenance: {}, ...parts })
      expect(() => loadClassifier(file)).toThrow(alone)
    }
  })

  test.each([
    [{ version: 2 }, 'unsupported', 'version 2'],
    [{ model: 'cnn' }, 'corrupt-file', 'unknown model "cnn"'],
    [{ model: 'toString' }, 'corrupt-file', 'unknown model'],
    [{ model: 'lstm' }, 'corrupt-file', 'expected a tensor extra.input-weights of 10 × 600 F32'],
    [{ labels: ['a'] }, 'corrupt-file', 'labels must be'],
    [{ labels: ['a', 'a'] }, 'corrupt-file', 'labels must be'],
    [{ labels: ['a', 1] }, 'corrupt-file', 'labels must be'],
    [{ labels: ['a', 'b', 'c'] }, 'corrupt-file', 'expected a tensor extra.layer2-weights of 25 × 3 F32'],
    [{ lowercase: 'yes' }, 'corrupt-file', 'lowercase must be'],
    [{ maxLength: 0 }, 'corrupt-file', 'maxLength must be']
  ])('%o', async (config, code, message) => {
    const file = await changed(config)
    expect(() => loadClassifier(file)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) })
    )
  })

  test('any byte that is changed', () => {
    for (let at = 9; at < bytes.length; at += 97) {
      const damaged = bytes.slice()
      damaged[at] ^= 0x10
      expect(() => loadClassifier(damaged), `byte ${at}`).toThrow(expect.objectContaining({ code: 'corrupt-file' }))
    }
  })
})
