import { rows, SlimbedError } from '@slimbed/runtime'
import { type States, zeroStates } from '@slimbed/train/network'
import type { LmContext } from '../context.js'
import type { LanguageModel } from '../model.js'
import { negativeLogLikelihood } from './likelihood.js'
import { outputOf } from './output.js'
import { runLayer } from './stream.js'

/** How well a language model predicts a text. */
export interface Perplexity {
  /** `exp` of the mean negative log likelihood of all tokens but the first. */
  readonly perplexity: number
  /** In nats, the mean. */
  readonly negativeLogLikelihood: number
  /** Tokens predicted. */
  readonly tokens: number
}

/** Tokens that are in memory at a time, with their states. */
const chunk = 65_536

/** The hidden states of the last layer after each token, `tokens.length × hidden`; the states of all layers go on. */
export async function hiddenStates(
  { embedding, layers }: LanguageModel,
  tokens: Uint32Array,
  states: States[],
  context: LmContext
): Promise<Float32Array> {
  let values = rows(embedding, tokens)
  for (const [index, layer] of layers.entries()) {
    const { hidden, last } = await runLayer(layer, values, states[index], context)
    states[index] = last
    values = hidden
  }
  return values
}

/** The state of each layer before the first token: zeros. */
export const firstStates = ({ layers }: LanguageModel): States[] => layers.map(({ hidden }) => zeroStates(1, hidden))

/**
 * The perplexity of a text, one stream of rows of the embedding, its state carried through from zeros: token t + 1 is predicted from
 * tokens 0 to t. The tables are used as they are stored. Throws `bad-input` for fewer than two tokens.
 */
export async function perplexity(model: LanguageModel, tokens: Uint32Array, context: LmContext): Promise<Perplexity> {
  const count = tokens.length - 1
  if (count < 1)
    throw new SlimbedError('bad-input', `perplexity: expected two tokens or more, there are ${tokens.length}`)
  const { softmax, bias, factor = 1 } = model
  const layer = { output: await outputOf(softmax, context.tensor), bias, factor }
  const states = firstStates(model)
  const { dim } = softmax
  let sum = 0
  for (let start = 0; start < count; start += chunk) {
    const end = Math.min(start + chunk, count)
    const data = await hiddenStates(model, tokens.subarray(start, end), states, context)
    const targets = tokens.subarray(start + 1, end + 1)
    sum += await negativeLogLikelihood(layer, { rows: end - start, dim, data }, targets)
    context.progress?.('perplexity', end, count)
  }
  const mean = sum / count
  return { perplexity: Math.exp(mean), negativeLogLikelihood: mean, tokens: count }
}
