import {
  at,
  createTensor,
  dense,
  partition,
  pipeline,
  product,
  quantized,
  type Table,
  type TensorAdapter,
  tableBytes
} from '@slimbed/core'
import { fixedpoint } from '@slimbed/fixedpoint'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tables } from '../../train/test/support.js'
import { type LanguageModel, type RetrainOptions, type RetrainTexts, retrainLanguageModel } from '../src/index.js'
import { batchesOf } from '../src/retrain/batches.js'
import { chain, denseTable, languageModel, likelihoodOf } from './language-model.js'

let tensor: TensorAdapter
beforeAll(async () => {
  tensor = await createTensor({ backend: 'cpu', threads: 1 })
})
afterAll(() => tensor.close())

const valid = chain(200, 8)
const texts: RetrainTexts = { train: chain(2000, 7), validate: async (model) => likelihoodOf(model, valid) }
const options: Partial<RetrainOptions> = { steps: 60, streams: 8, length: 8, rate: 0.05, every: 20, dropout: 0.1 }
const codes = pipeline(at('right', fixedpoint({ bits: 8 })), fixedpoint({ bits: 4, clip: 'mse' }))
const student = () => languageModel(tables.partition, tables.product)
const bytesOf = ({ embedding, softmax }: LanguageModel) => tableBytes(embedding) + tableBytes(softmax)

/** Every number of a table, node by node. */
const dataOf = (table: Table): unknown[] => [
  ...Object.values(table.tensors).map(({ data }) => data),
  ...Object.values(table.children).flatMap(dataOf)
]
const numbersOf = ({ embedding, softmax, layers, bias }: LanguageModel) => [
  ...dataOf(embedding),
  ...dataOf(softmax),
  ...layers.flatMap((layer) => [layer.weights, layer.bias]),
  bias
]

describe('retraining', () => {
  test('by likelihood: the text is predicted better, and what is best on validation is kept', async () => {
    const seen: number[] = []
    const { model, reports } = await retrainLanguageModel(student(), texts, options, tensor, {
      onStep: (done) => seen.push(done)
    })
    const found = reports.map(({ validation }) => validation)
    expect(reports.map(({ step }) => step)).toEqual([0, 20, 40, 60])
    expect(seen).toEqual(Array.from({ length: 60 }, (_, i) => i + 1))
    expect(found[0]).toBeCloseTo(likelihoodOf(student(), valid), 6)
    expect(Math.min(...found)).toBeLessThan(0.75 * found[0])
    expect(likelihoodOf(model, valid)).toBe(Math.min(...found))
    expect(model.embedding.children['0']).toMatchObject({ kind: 'product' })
    expect(bytesOf(model)).toBe(bytesOf(student()))
  })

  test('by distillation alone the student becomes as good as its teacher, whatever the words that come next', async () => {
    const base = languageModel(denseTable(40), denseTable(41))
    const { model: teacher } = await retrainLanguageModel(base, texts, { ...options, steps: 200 }, tensor)
    const all = { ...options, steps: 200, dropout: 0, distillation: 1, teacher }
    const { model } = await retrainLanguageModel(student(), texts, all, tensor)
    expect(likelihoodOf(teacher, valid)).toBeLessThan(0.6 * likelihoodOf(student(), valid))
    expect(likelihoodOf(model, valid)).toBeLessThan(1.1 * likelihoodOf(teacher, valid))
  })

  test('quantized: what is validated is what is stored, in as many bytes as without training', async () => {
    const all = { ...options, quantize: codes }
    const { model: before } = await retrainLanguageModel(student(), texts, { ...all, steps: 0 }, tensor)
    const { model, reports } = await retrainLanguageModel(student(), texts, all, tensor)
    expect(reports[0].validation).toBe(likelihoodOf(before, valid))
    expect(likelihoodOf(model, valid)).toBe(Math.min(...reports.map(({ validation }) => validation)))
    expect(likelihoodOf(model, valid)).toBeLessThan(0.8 * likelihoodOf(before, valid))
    expect(bytesOf(model)).toBe(bytesOf(before))
    expect(model.softmax.children.left).toMatchObject({ kind: 'quantized', config: { bits: 4 } })
    expect(model.softmax.children.right).toMatchObject({ kind: 'quantized', config: { bits: 8 } })
  })

  test('training through coarse codes wins back what coding lost after training without them', async () => {
    const coarse = fixedpoint({ bits: 2, clip: 'mse' })
    const all = { ...options, steps: 100, dropout: 0 }
    const { model: exact } = await retrainLanguageModel(student(), texts, all, tensor)
    const { reports } = await retrainLanguageModel(exact, texts, { ...all, rate: 0.01, quantize: coarse }, tensor)
    const [fine, coded] = [likelihoodOf(exact, valid), reports[0].validation]
    expect(coded).toBeGreaterThan(1.03 * fine)
    expect(Math.min(...reports.map(({ validation }) => validation)) - fine).toBeLessThan(0.5 * (coded - fine))
  })

  test('tables alone: the layers stay as they are', async () => {
    const { model } = await retrainLanguageModel(student(), texts, { ...options, layers: false }, tensor)
    expect(model.layers).toEqual(student().layers)
    expect(likelihoodOf(model, valid)).toBeLessThan(0.9 * likelihoodOf(student(), valid))
  })

  test('the same seed has the same bits, another others; the model given is left as it is', async () => {
    const given = student()
    const before = numbersOf(given).map((data) => (data as Float32Array).slice())
    const run = async (seed: number) => {
      const { model, reports } = await retrainLanguageModel(
        given,
        texts,
        { ...options, steps: 20, seed, quantize: codes, wordDropout: 0.1 },
        tensor
      )
      return { numbers: numbersOf(model), reports }
    }
    const [one, same, other] = [await run(1), await run(1), await run(2)]
    expect(one).toEqual(same)
    expect(one.numbers).not.toEqual(other.numbers)
    expect(numbersOf(given)).toEqual(before)
  })

  test.each([0.5, 20])('never worse than before on validation: a rate of %d', async (rate) => {
    const { model, reports } = await retrainLanguageModel(student(), texts, { ...options, rate, steps: 40 }, tensor)
    expect(likelihoodOf(model, valid)).toBeLessThanOrEqual(reports[0].validation)
    const stalled = reports.findIndex(({ best }) => !best)
    if (stalled >= 0 && reports[stalled + 1]) {
      expect(reports[stalled + 1].rate).toBeLessThan(0.6 * reports[stalled].rate)
    }
  })

  test('where nothing is better, the model before the first step comes back', async () => {
    let calls = 0
    const worse = { ...texts, validate: async () => calls++ }
    const { model, reports } = await retrainLanguageModel(student(), worse, { ...options, steps: 40 }, tensor)
    expect(reports.map(({ best }) => best)).toEqual([true, false, false])
    expect(numbersOf(model)).toEqual(numbersOf(student()))
    // Half a cosine, and a half for each validation that was no better.
    expect(reports[2].rate).toBeLessThan(reports[1].rate / 2)
  })
})

describe('what cannot be', () => {
  const refused = (given: Partial<RetrainOptions>, model = student(), others = texts) =>
    expect(retrainLanguageModel(model, others, given, tensor)).rejects
  test.each<[Partial<RetrainOptions>, string]>([
    [{ steps: 1.5 }, 'retraining: steps must be a whole number of 0 or more, not 1.5'],
    [{ streams: 0 }, 'retraining: streams must be a whole number of 1 or more, not 0'],
    [{ rate: 0 }, 'retraining: rate must be a number above 0, not 0'],
    [{ clip: Number.NaN }, 'retraining: clip must be a number above 0, not NaN'],
    [{ dropout: 1 }, 'retraining: dropout must be from 0 to below 1, not 1'],
    [{ wordDropout: -0.1 }, 'retraining: wordDropout must be from 0 to below 1, not -0.1'],
    [{ seed: 2 ** 32 }, 'retraining: seed must be below 4294967296, not 4294967296'],
    [{ distillation: 2 }, 'retraining: distillation must be from 0 to 1, not 2'],
    [{ distillation: 1 }, 'retraining: distillation needs a teacher'],
    [{ optimizer: 'adan' }, 'optimizer must be one of adam']
  ])('%o', async (given, message) => {
    await refused({ ...options, ...given }).toMatchObject({
      code: 'bad-option',
      message: expect.stringContaining(message)
    })
  })

  test('a text that is too short, or of another model; a teacher of other words', async () => {
    const short = { ...texts, train: chain(64, 1) }
    await refused(options, student(), short).toThrow('the training text has 64 tokens, 8 streams of 8 need 65')
    const strange = { ...texts, train: chain(100, 1).fill(12, 70, 71) }
    await refused(options, student(), strange).toThrow('token 70 of the training text is row 12, the embedding has 12')
    const layers = student().layers
    const few = dense(11, 5, new Float32Array(55))
    const teacher = { embedding: few, layers, softmax: few, bias: new Float32Array(11) }
    await refused({ ...options, distillation: 1, teacher }).toThrow('the teacher has 11 words, the model 12')
  })

  test('tables of codes: it comes before quantizing', async () => {
    const scale = { dtype: 'F32' as const, shape: [12, 1], data: new Float32Array(12).fill(1) }
    const table = quantized({ dim: 5, bits: 8, groupSize: 5, codes: new Uint8Array(60), scale, zero: 127.5 })
    const message =
      'retraining: the softmax cannot be trained: its table is quantized, and only dense, product and partition can be'
    await refused(options, languageModel(denseTable(40), table)).toThrow(message)
    const left = quantized({ dim: 5, bits: 8, groupSize: 5, codes: new Uint8Array(60), scale, zero: 127.5 })
    const nested = partition(new Uint8Array(12), [product(left, dense(5, 5, new Float32Array(25)))])
    await refused(options, languageModel(nested, denseTable(41))).toThrow(
      'the embedding cannot be trained: its part "0.left" is quantized'
    )
  })

  test('a loss that is no number', async () => {
    const model = { ...student(), bias: new Float32Array(12).fill(Number.NaN) }
    await refused(options, model).toMatchObject({
      code: 'bad-option',
      message: expect.stringContaining('give a lower rate')
    })
  })

  test('stops when told to', async () => {
    const control = new AbortController()
    const hooks = { signal: control.signal, onStep: (done: number) => done === 3 && control.abort() }
    const run = retrainLanguageModel(student(), texts, options, tensor, hooks)
    await expect(run).rejects.toMatchObject({ code: 'aborted' })
  })
})

test('streams read the text side by side, in order, and begin again elsewhere', () => {
  const text = Uint32Array.from({ length: 51 }, (_, i) => i)
  const shifts = [0, 0.9]
  const next = batchesOf(text, { steps: 4, streams: 3 }, () => shifts.shift()!)
  const batches = Array.from({ length: 5 }, next)
  expect([...batches[0].tokens]).toEqual([0, 16, 32, 1, 17, 33, 2, 18, 34, 3, 19, 35])
  for (const { tokens, next: after } of batches) expect([...after]).toEqual([...tokens].map((token) => token + 1))
  expect(batches.map(({ fresh }) => fresh)).toEqual([true, false, false, false, true])
  expect([...batches[1].tokens.subarray(0, 3)]).toEqual([4, 20, 36])
  expect([...batches[4].tokens.subarray(0, 3)]).toEqual([3, 18, 33])
})
