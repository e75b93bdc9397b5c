import { matrixFrom, SlimbedError } from '@slimbed/core'
import { multiplyOn } from '@slimbed/train/network'
import type { LmContext } from '../context.js'
import type { LanguageModel } from '../model.js'
import { batchesOf } from '../retrain/batches.js'
import { networkOf, parametersOf } from '../retrain/network.js'
import { firstStates, passThrough } from '../retrain/pass.js'
import { probabilities } from '../retrain/targets.js'
import { tempered } from './tempered.js'

/** The shape of a batch, and tokens of a text that are read at most. */
const shape = { steps: 35, streams: 64 }
const mostTokens = 8960

/** The power of the information: found on the validation text of a language model, as docs/decisions/0038 says. */
const exponent = 1 / 2

/** Numbers spread evenly over [0, 1), one after another: no two texts need other ones. */
const evenly = (index: number): number => ((index + 1) * 0.6180339887498949) % 1

/**
 * Makes of the probabilities of words at positions, `words × positions`, the gradient of the loss where the next word is drawn from them;
 * `first` is the number of the first position.
 */
function drawn(probabilities: Float32Array, positions: number, first: number): Float32Array {
  for (let p = 0; p < positions; p++) {
    let left = evenly(first + p)
    let at = p
    for (; at + positions < probabilities.length; at += positions) {
      left -= probabilities[at]
      if (left < 0) break
    }
    probabilities[at] -= 1
  }
  return probabilities
}

/**
 * How much errors along the columns of an embedding count: the Fisher information of a model's predictions on a text about the rows that it
 * looks up, `input × input`, row-major: the mean of `g gᵀ` over the gradients g of the loss where the next words are the model's own
 * (Amari 1998), to the power 1/2. Of the text, the first 8,960 tokens are read, in 64 streams. Rejects with `bad-input` for fewer than two tokens, and for tables that
 * cannot be trained.
 */
export async function embeddingMetric(
  model: LanguageModel,
  tokens: Uint32Array,
  { tensor, signal, progress }: LmContext
): Promise<Float64Array> {
  const { dim } = model.embedding
  const count = Math.min(tokens.length - 1, mostTokens)
  if (count < 1)
    throw new SlimbedError('bad-input', `calibration: expected two tokens or more, there are ${tokens.length}`)
  const network = networkOf(model, multiplyOn(tensor))
  for (const own of parametersOf(network)) own.frozen = true
  const metric = new Float64Array(dim * dim)
  const { embedding } = network
  const tapped: typeof embedding = {
    ...embedding,
    async combine(selection) {
      const { value } = await embedding.combine(selection)
      const backward = async (gradient: Float32Array) => {
        const [gram] = await tensor.gram(matrixFrom(gradient.length / dim, dim, gradient), { signal })
        for (let at = 0; at < gram.length; at++) metric[at] += gram[at]
      }
      return { value, backward }
    }
  }
  const steps = Math.min(shape.steps, count)
  const streams = Math.min(shape.streams, Math.floor(count / steps))
  const next = batchesOf(tokens.subarray(0, count + 1), { steps, streams }, () => 0)
  const batches = Math.floor(count / steps / streams)
  let states = firstStates(network, streams)
  for (let i = 0; i < batches; i++) {
    const pass = await passThrough({ ...network, embedding: tapped }, next(), states, multiplyOn(tensor))
    const { scores } = pass
    probabilities({ scores, bias: network.bias.value, factor: network.factor })
    await pass.backward(drawn(scores, steps * streams, i * steps * streams))
    states = pass.states
    progress?.('calibration', i + 1, batches)
  }
  const information = metric.map((sum) => sum / (batches * steps * streams))
  return tempered(information, dim, exponent, tensor)
}
