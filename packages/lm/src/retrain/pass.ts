import {
  addGradient,
  type LstmPass,
  type Multiply,
  rowsOf,
  runLstm,
  type States,
  zeroStates
} from '@slimbed/train/network'
import type { Batch } from './batches.js'
import { type Mask, masked, maskOf } from './dropout.js'
import type { Network } from './network.js'
import { rowSums } from './targets.js'

/** The shares of values and words that a step drops. */
export interface Dropout {
  /** Of the values that go into each layer, and out of the last. */
  readonly values: number
  /** Of words: all values of their rows. */
  readonly words: number
}

/** The states of all layers before the first token. */
export const firstStates = ({ layers }: Network, streams: number): States[] =>
  layers.map(({ units }) => zeroStates(streams, units))

/** A batch through a network. */
export interface NetworkPass {
  /** The products of every word with every position, `words × positions`. */
  readonly scores: Float32Array
  readonly states: States[]
  /** Adds to the gradients of the parameters, given that of the scores. */
  backward(gradient: Float32Array): Promise<void>
}

/** Takes a batch through a network, on from `states`; with `dropout`, as it is trained (Zaremba et al. 2014). */
export async function passThrough(
  network: Network,
  { tokens, steps, streams }: Batch,
  states: readonly States[],
  multiply: Multiply,
  dropout?: { readonly shares: Dropout; readonly random: () => number }
): Promise<NetworkPass> {
  const { embedding, layers, softmax, bias } = network
  const count = tokens.length
  const mask = (width: number): Mask | undefined =>
    dropout && maskOf(count * width, dropout.shares.values, dropout.random)
  const words = dropout && maskOf(count * embedding.dim, dropout.shares.words, dropout.random, embedding.dim)
  const embedded = await embedding.combine(rowsOf(tokens))
  const masks = [mask(embedding.dim)]
  let values = masked(masked(embedded.value, words), masks[0])
  const passes: LstmPass[] = []
  for (const [index, layer] of layers.entries()) {
    const pass = await runLstm(layer, values, states[index], { steps, streams }, multiply)
    passes.push(pass)
    masks.push(mask(layer.units))
    values = masked(pass.value, masks.at(-1))
  }
  const scored = await softmax.score(values, count)
  return {
    scores: scored.value,
    states: passes.map(({ last }) => last),
    async backward(gradient) {
      if (!bias.frozen) addGradient(bias, rowSums(gradient, bias.dim))
      let slope = masked(await scored.backward(gradient), masks.at(-1))
      for (let index = layers.length - 1; index >= 0; index--) {
        slope = masked(await passes[index].backward(slope), masks[index])
      }
      await embedded.backward(masked(slope, words))
    }
  }
}
