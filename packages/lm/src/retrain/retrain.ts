import { randomAt, SlimbedError, type TensorAdapter, throwIfAborted } from '@slimbed/core'
import {
  type Means,
  type Multiply,
  multiplyOn,
  optimizer,
  optimizers,
  type Parameter,
  updateOf
} from '@slimbed/train/network'
import type { LanguageModel } from '../model.js'
import { type Batch, batchesOf } from './batches.js'
import { clipGradient } from './clip.js'
import { modelFrom, type Network, networkOf, parametersOf } from './network.js'
import { checkRetrainOptions, type RetrainOptions, retrainDefaults } from './options.js'
import { firstStates, passThrough } from './pass.js'
import { seeStored, storedTables } from './stored.js'
import { probabilities, slopes } from './targets.js'

/** A validation. */
export interface RetrainReport {
  readonly step: number
  readonly steps: number
  /** The learning rate of the step. */
  readonly rate: number
  /** The mean negative log likelihood of the training text since the validation before, with dropout; NaN before the first step. */
  readonly loss: number
  /** The result of `validate`: less is better. */
  readonly validation: number
  /** Whether it is the best one so far. */
  readonly best: boolean
}

/** Callbacks of a run, and the signal that ends it. */
export interface RetrainHooks {
  readonly signal?: AbortSignal | undefined
  /** After every step. */
  readonly onStep?: (done: number, steps: number) => void
  /** After every validation. */
  readonly onReport?: (report: RetrainReport) => void
}

/** A model that was trained further. */
export interface Retrained {
  /** The model of the best validation, its tables as they are stored. */
  readonly model: LanguageModel
  /** The first one is that of the model before any step, quantized if the options say so. */
  readonly reports: readonly RetrainReport[]
}

/** What there is to train on. */
export interface RetrainTexts {
  /** Rows of the embedding, one a token. */
  readonly train: Uint32Array
  /** Measures a model on a text that it is not trained on, for example its perplexity. */
  readonly validate: (model: LanguageModel) => Promise<number>
}

/** The share of the first rate that is left at the end. */
const least = 0.02

const rateAt = (step: number, { rate, steps }: RetrainOptions): number =>
  rate * (least + ((1 - least) * (1 + Math.cos((Math.PI * step) / steps))) / 2)

/** What a teacher expects, `words × positions`, batch by batch. */
function teaching({ teacher, distillation, streams }: RetrainOptions, multiply: Multiply) {
  if (!teacher || distillation === 0) return async () => undefined
  const network = networkOf(teacher, multiply)
  let states = firstStates(network, streams)
  return async (batch: Batch) => {
    if (batch.fresh) states = firstStates(network, streams)
    const pass = await passThrough(network, batch, states, multiply)
    states = pass.states
    const given = { scores: pass.scores, bias: network.bias.data, factor: network.factor }
    probabilities(given)
    return given.scores
  }
}

/** Takes one step after another; each resolves to its loss. */
function stepping(network: Network, train: Uint32Array, options: RetrainOptions, multiply: Multiply) {
  const { length, streams, seed, clip, dropout, wordDropout, distillation } = options
  for (const { weights, bias } of network.layers) weights.frozen = bias.frozen = !options.layers
  const parameters = parametersOf(network)
  const update = optimizer(updateOf(options.optimizer, optimizers), parameters)
  const random = randomAt(seed, ['retrain', 'dropout'])
  const next = batchesOf(train, { steps: length, streams }, randomAt(seed, ['retrain', 'streams']))
  const teach = teaching(options, multiply)
  const shares = { values: dropout, words: wordDropout }
  let states = firstStates(network, streams)
  return async (rate: number) => {
    const batch = next()
    if (batch.fresh) states = firstStates(network, streams)
    const pass = await passThrough(network, batch, states, multiply, { shares, random })
    states = pass.states
    const given = { scores: pass.scores, bias: network.bias.data, factor: network.factor }
    const loss = slopes(given, { next: batch.next, expected: await teach(batch), share: distillation })
    if (!Number.isFinite(loss)) {
      throw new SlimbedError('bad-option', `retraining: the loss is ${loss}: it diverged; give a lower rate`)
    }
    await pass.backward(given.scores)
    clipGradient(parameters, clip)
    update.step(rate)
    return loss
  }
}

/** Throws `bad-input` for a text or a teacher that does not fit the model. */
function checkInput(train: Uint32Array, { embedding }: LanguageModel, teacher: LanguageModel | undefined): void {
  if (teacher && teacher.bias.length !== embedding.rows) {
    const found = `the teacher has ${teacher.bias.length} words, the model ${embedding.rows}`
    throw new SlimbedError('bad-input', `retraining: ${found}: expected the model before compression`)
  }
  const at = train.findIndex((token) => token >= embedding.rows)
  if (at < 0) return
  const wrong = `token ${at} of the training text is row ${train[at]}`
  throw new SlimbedError('bad-input', `retraining: ${wrong}, the embedding has ${embedding.rows}`)
}

const copies = (parameters: readonly Parameter[]) => parameters.map(({ data }) => data.slice())

/**
 * Trains the factors of a language model's compressed tables further, sparsely where a step has few of their rows, and its LSTM unless
 * told otherwise: towards the text, or what a teacher makes of it, with dropout (Zaremba et al. 2014), by truncated backpropagation through
 * time. With `quantize`, forward passes see the tables as they will be stored, and gradients go straight through (Bengio et al. 2013); the result's
 * tables have the shapes, and take the bytes, of those quantized without training. What is best on validation is kept, the model before
 * the first step included: it is never worse there.
 *
 * The tables are dense, products or partitions of such, in memory. The same model, texts, options and engine give the same bits.
 * Rejects with `bad-input` for other tables and for a text that is too short or does not fit the model, with `bad-option`, also
 * when training diverges, and with `aborted`.
 */
export async function retrainLanguageModel(
  model: LanguageModel,
  { train, validate }: RetrainTexts,
  given: Partial<RetrainOptions>,
  tensor: TensorAdapter,
  { signal, onStep, onReport }: RetrainHooks = {}
): Promise<Retrained> {
  const options = { ...retrainDefaults, ...given }
  checkRetrainOptions(options)
  checkInput(train, model, options.teacher)
  const { steps, every, quantize, seed } = options
  const multiply = multiplyOn(tensor)
  const network = networkOf(model, multiply)
  const parameters = parametersOf(network)
  const weights = new Float32Array(model.embedding.rows)
  for (const token of train) weights[token]++
  const means: Means = { tensor, seed, weights, signal }
  const current = async () => modelFrom(network, await storedTables(network, quantize, means))
  const reports: RetrainReport[] = []
  let best = { validation: Infinity, data: copies(parameters) }
  const report = async (step: number, rate: number, loss: number) => {
    const validation = await validate(await current())
    // Also if it is NaN, so that the model before the first step is always kept.
    const better = step === 0 || validation < best.validation
    if (better) best = { validation, data: copies(parameters) }
    const made = { step, steps, rate, loss, validation, best: better }
    reports.push(made)
    onReport?.(made)
    return better
  }
  await report(0, options.rate, Number.NaN)
  const step = stepping(network, train, options, multiply)
  let [drop, sum, count] = [1, 0, 0]
  for (let done = 1; done <= steps; done++) {
    throwIfAborted(signal)
    await seeStored(network, quantize, means)
    const rate = drop * rateAt(done - 1, options)
    sum += await step(rate)
    count++
    onStep?.(done, steps)
    if (done % every !== 0 && done !== steps) continue
    if (!(await report(done, rate, sum / count))) drop /= 2
    ;[sum, count] = [0, 0]
  }
  parameters.forEach(({ data }, i) => {
    data.set(best.data[i])
  })
  return { model: await current(), reports }
}
