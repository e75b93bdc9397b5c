import { dense, randomAt, type Table, type TensorAdapter } from '@slimbed/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { contextFor, numbers, openTensor } from '../../eval/test/support.js'
import { calibratedFactor, type LanguageModel, languageModelOf, perplexity } from '../src/index.js'
import { firstStates, hiddenStates } from '../src/perplexity/perplexity.js'

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

/** A text in which one word tends to follow another. */
function text(length: number, seed: number): Uint32Array {
  const random = randomAt(seed)
  let word = 0
  return Uint32Array.from({ length }, () => {
    word = random() < 0.8 ? (word * 5 + 3) % words : Math.floor(random() * words)
    return word
  })
}
/** A softmax that predicts a text: each word's row is the mean state that it follows, less the mean of all, times `scale`. */
async function softmaxFor(tokens: Uint32Array, scale: number): Promise<Table> {
  const model = modelWith(dense(words, 12, new Float32Array(words * 12)))
  const states = await hiddenStates(model, tokens, firstStates(model), contextFor(tensor))
  const [sums, counts, mean] = [new Float64Array(words * 12), new Float64Array(words), new Float64Array(12)]
  for (let t = 0; t + 1 < tokens.length; t++) {
    const word = tokens[t + 1]
    counts[word]++
    for (let j = 0; j < 12; j++) {
      sums[word * 12 + j] += states[t * 12 + j]
      mean[j] += states[t * 12 + j] / (tokens.length - 1)
    }
  }
  const rows = Float32Array.from(sums, (sum, i) => {
    const count = counts[Math.floor(i / 12)]
    return count === 0 ? 0 : scale * (sum / count - mean[i % 12])
  })
  return dense(words, 12, rows)
}

test('finds a factor that none nearby betters, whether the model is too sure of itself or not sure enough', async () => {
  const [train, valid] = [text(1500, 1), text(500, 2)]
  const at = async (softmax: Table, factor: number) =>
    (await perplexity({ ...modelWith(softmax), factor }, valid, contextFor(tensor))).perplexity
  for (const scale of [4.2, 4.6, 5.2]) {
    const softmax = await softmaxFor(train, scale)
    const best = await calibratedFactor(modelWith(softmax), valid, contextFor(tensor))
    const least = await at(softmax, best)
    for (const other of [best - 0.05, best + 0.05, 1]) {
      expect(least).toBeLessThanOrEqual((await at(softmax, other)) * 1.00001)
    }
  }
})

test('refuses a text of one token', async () => {
  const model = modelWith(dense(words, 12, numbers(words, 12, 5)))
  await expect(calibratedFactor(model, text(1, 1), contextFor(tensor))).rejects.toMatchObject({ code: 'bad-input' })
})
