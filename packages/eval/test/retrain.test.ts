import {
  type Context,
  defineCompressor,
  dense,
  expand,
  partition,
  product,
  quantized,
  randomAt,
  type Table,
  type TensorAdapter
} from '@slimbed/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { calibratedFactor, type LanguageModel, languageModelOf, perplexity, retrainSoftmax } from '../src/index.js'
import { backward, factorsOf, forward } from '../src/lm/retrain/factors.js'
import { columnsOf, softmaxRows } from '../src/lm/retrain/targets.js'
import { contextFor, numbers, openTensor } from './support.js'

let tensor: TensorAdapter
beforeAll(async () => {
  tensor = await openTensor()
})
afterAll(() => tensor.close())

const words = 24
const f32 = (data: Float32Array, ...shape: number[]) => ({ dtype: 'F32' as const, shape, data })

/** A model whose LSTM tells words apart, with a softmax of its own. */
function modelWith(softmax: Table): LanguageModel {
  return languageModelOf(
    new Map([
      ['lstm.0.weight_ih', f32(numbers(48, 8, 2), 48, 8)],
      [
        'lstm.0.weight_hh',
        f32(
          numbers(48, 12, 3).map((value) => value / 4),
          48,
          12
        )
      ],
      ['lstm.0.bias_ih', f32(numbers(48, 1, 4), 48)],
      ['lstm.0.bias_hh', f32(new Float32Array(48), 48)],
      [
        'embedding.weight',
        f32(
          numbers(words, 8, 1).map((value) => 2 * value),
          words,
          8
        )
      ],
      ['softmax.bias', f32(numbers(words, 1, 6), words)]
    ]),
    { softmax }
  )
}

const full = dense(
  words,
  12,
  numbers(words, 12, 5).map((value) => 3 * value)
)
const group = Uint8Array.from({ length: words }, (_, i) => Number(i % 3 > 0))
const factored = () =>
  partition(group, [
    dense(8, 12, numbers(8, 12, 7)),
    product(dense(16, 4, numbers(16, 4, 8)), dense(4, 12, numbers(4, 12, 9)))
  ])

/** A text in which one word tends to follow another. */
function text(length: number, seed: number): Uint32Array {
  const random = randomAt(seed)
  let word = 0
  return Uint32Array.from({ length }, () => {
    word = random() < 0.8 ? (word * 5 + 3) % words : Math.floor(random() * words)
    return word
  })
}
const texts = { train: text(1500, 1), valid: text(500, 2) }

const contextOf = (): Context => ({ path: [], tensor, seed: 0, random: randomAt(0), progress: () => {} })

describe('gradients', () => {
  /** The cross entropy of logits of a part of all words; the others have fixed logits. */
  const loss = async (left: Float32Array, right: Float32Array, hidden: Float32Array, targets: Float32Array) => {
    const pass = await forward(
      { rows: 3, dim: 5, data: hidden },
      { rows: 6, dim: 2, data: left },
      { rows: 2, dim: 5, data: right },
      tensor
    )
    const probabilities = { ...pass.logits, data: pass.logits.data.slice() }
    softmaxRows(probabilities, new Float32Array(6), 0.8)
    let sum = 0
    for (let i = 0; i < 18; i++) sum -= targets[i]! * Math.log(probabilities.data[i]!)
    return { sum, pass, probabilities }
  }

  test('of a product are those of finite differences', async () => {
    const [left, right, hidden] = [numbers(6, 2, 1), numbers(2, 5, 2), numbers(3, 5, 3)]
    const targets = Float32Array.from({ length: 18 }, (_, i) => (i % 6 === 0 ? 0.75 : 0.05))
    const { pass, probabilities } = await loss(left, right, hidden, targets)
    const slope = { ...probabilities, data: probabilities.data.map((p, i) => 0.8 * (p - targets[i]!)) }
    const found = await backward(pass, { rows: 3, dim: 5, data: hidden }, slope, tensor)
    for (const [values, gradient] of [
      [left, found.left],
      [right, found.right!]
    ] as const) {
      for (let i = 0; i < values.length; i++) {
        const at = values[i]!
        const [up, down] = [at + 0.01, at - 0.01]
        values[i] = up
        const above = (await loss(left, right, hidden, targets)).sum
        values[i] = down
        const below = (await loss(left, right, hidden, targets)).sum
        values[i] = at
        expect(Math.abs((above - below) / 0.02 - gradient[i]!)).toBeLessThan(2e-3)
      }
    }
  })

  test('go to the columns of a part', () => {
    const all = { rows: 2, dim: 3, data: Float32Array.of(1, 2, 3, 4, 5, 6) }
    expect([...columnsOf(all, Uint32Array.of(2, 0)).data]).toEqual([3, 1, 6, 4])
  })
})

describe('retraining', () => {
  const options = { steps: 60, batch: 256, every: 20, rate: 0.01 }

  const perplexityOf = async (model: LanguageModel, softmax: Table) =>
    (await perplexity({ ...model, softmax }, texts.valid, contextFor(tensor))).perplexity

  test('by likelihood, the validation is better, and what is best there is kept', async () => {
    const student = modelWith(factored())
    const made = await retrainSoftmax(student, student, texts, { ...options, loss: 'likelihood' }, contextFor(tensor))
    const perplexities = made.validations.map((one) => one.perplexity)
    expect(made.validations.map(({ step }) => step)).toEqual([0, 20, 40, 60])
    expect(Math.min(...perplexities)).toBeLessThan(0.8 * perplexities[0]!)
    expect((await perplexityOf(student, made.softmax)) / Math.min(...perplexities)).toBeCloseTo(1, 5)
    expect(made.softmax.children['1']!.children.left).toMatchObject({ kind: 'dense', rows: 16, dim: 4 })
  })

  test('by distillation, the student becomes as good as its teacher, without being told the words that come next', async () => {
    const base = modelWith(full)
    const learned = await retrainSoftmax(
      base,
      base,
      texts,
      { ...options, steps: 200, loss: 'likelihood' },
      contextFor(tensor)
    )
    const teacher = { ...base, softmax: learned.softmax }
    const student = modelWith(dense(words, 12, numbers(words, 12, 11)))
    const made = await retrainSoftmax(
      student,
      teacher,
      texts,
      { ...options, steps: 300, rate: 0.03 },
      contextFor(tensor)
    )
    const [before, after] = [made.validations[0]!.perplexity, await perplexityOf(student, made.softmax)]
    const wanted = await perplexityOf(teacher, teacher.softmax)
    expect(wanted).toBeLessThan(0.8 * before)
    expect(after).toBeLessThan(1.05 * wanted)
  })

  test('with rounding, what is validated is what a quantizer makes of what is kept', async () => {
    const coarse = defineCompressor({
      name: 'coarse',
      summary: 'multiples of a quarter',
      options: {},
      async compress(matrix) {
        const data = await matrix.read(0, matrix.rows)
        return dense(
          matrix.rows,
          matrix.dim,
          data.map((value) => Math.round(4 * value) / 4)
        )
      }
    })()
    const student = modelWith(factored())
    const settings = { ...options, loss: 'likelihood', round: coarse } as const
    const made = await retrainSoftmax(student, student, texts, settings, contextFor(tensor))
    const perplexities = made.validations.map((one) => one.perplexity)
    expect(Math.min(...perplexities)).toBeLessThan(0.9 * perplexities[0]!)
    const [own, factors] = Object.values(made.softmax.children)
    const round = async (table: Table) => coarse.compress(await expand(table, tensor), contextOf())
    const { left, right } = factors!.children
    const quantizedSoftmax = partition(group, [await round(own!), product(await round(left!), await round(right!))])
    expect((await perplexityOf(student, quantizedSoftmax)) / Math.min(...perplexities)).toBeCloseTo(1, 5)
  })

  test('the same seed has the same bytes; the model given is left as it is', async () => {
    const student = modelWith(factored())
    const before = Float32Array.from((student.softmax.children['0']!.tensors.data!.data as Float32Array).slice())
    const run = () =>
      retrainSoftmax(student, modelWith(full), texts, { ...options, loss: 'likelihood' }, contextFor(tensor, 3))
    const [one, other] = [await run(), await run()]
    expect(one.validations).toEqual(other.validations)
    expect(one.softmax.children['0']!.tensors.data!.data).toEqual(other.softmax.children['0']!.tensors.data!.data)
    expect(student.softmax.children['0']!.tensors.data!.data).toEqual(before)
  })

  test('never worse than before, however wild the rate', async () => {
    const student = modelWith(full)
    const wild = { ...options, rate: 50, steps: 40 }
    const made = await retrainSoftmax(student, modelWith(full), texts, wild, contextFor(tensor))
    const kept = await perplexity({ ...student, softmax: made.softmax }, texts.valid, contextFor(tensor))
    expect(kept.perplexity).toBeLessThanOrEqual(made.validations[0]!.perplexity * 1.00001)
  })

  test('a table of codes is refused: it comes before quantizing', async () => {
    const codes = quantized({
      dim: 12,
      bits: 8,
      groupSize: 12,
      codes: new Uint8Array(words * 12),
      scale: { dtype: 'F32', shape: [words, 1], data: new Float32Array(words).fill(1) },
      zero: 127.5
    })
    const message = 'retraining: the table is quantized, expected dense: retrain before quantizing'
    await expect(factorsOf(codes)).rejects.toThrow(message)
  })
})

describe('calibration', () => {
  test('finds the factor that was multiplied in, from either side', async () => {
    const teacher = modelWith(full)
    const trained = await retrainSoftmax(
      teacher,
      teacher,
      texts,
      { steps: 100, batch: 256, rate: 0.02, loss: 'likelihood' },
      contextFor(tensor)
    )
    const model = { ...teacher, softmax: trained.softmax }
    const best = await calibratedFactor(model, texts.valid, contextFor(tensor))
    const at = async (factor: number) =>
      (await perplexity({ ...model, factor }, texts.valid, contextFor(tensor))).perplexity
    const least = await at(best)
    for (const other of [best - 0.05, best + 0.05, 1]) expect(least).toBeLessThanOrEqual((await at(other)) * 1.00001)
  })

  test('refuses a text of one token', async () => {
    await expect(calibratedFactor(modelWith(full), text(1, 1), contextFor(tensor))).rejects.toMatchObject({
      code: 'bad-input'
    })
  })
})
