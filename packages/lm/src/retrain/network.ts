import type { Table } from '@slimbed/core'
import {
  type Multiply,
  type Parameter,
  parameter,
  type Recurrent,
  type TrainableTable,
  trainable
} from '@slimbed/train/network'
import type { LanguageModel, LstmLayer } from '../model.js'

/** A language model whose parameters are trained: copies of those of a model. */
export interface Network {
  readonly embedding: TrainableTable
  readonly layers: readonly Recurrent[]
  readonly softmax: TrainableTable
  /** `1 × words`. */
  readonly bias: Parameter
  /** What logits are multiplied with. */
  readonly factor: number
}

/** A copy of rows of `4 · units` values with their last two quarters exchanged: models have the cell before the output gate, traces after it. */
function exchanged(data: Float32Array, units: number): Float32Array {
  const out = data.slice()
  for (let at = 2 * units; at < data.length; at += 4 * units) {
    out.copyWithin(at, at + units, at + 2 * units)
    out.set(data.subarray(at, at + units), at + units)
  }
  return out
}

function recurrent({ input, hidden: units, weights, bias }: LstmLayer, index: number): Recurrent {
  const name = `lstm.${index}`
  return {
    ...{ input, units },
    weights: parameter(`${name}.weights`, input + units, 4 * units, exchanged(weights, units)),
    bias: parameter(`${name}.bias`, 1, 4 * units, exchanged(bias, units))
  }
}

/** A model to train. Throws `bad-input` for tables other than dense ones, products and partitions. */
export function networkOf(model: LanguageModel, multiply: Multiply): Network {
  const { embedding, layers, softmax, bias, factor = 1 } = model
  return {
    embedding: trainable(embedding, multiply, 'retraining: the embedding'),
    layers: layers.map(recurrent),
    softmax: trainable(softmax, multiply, 'retraining: the softmax'),
    bias: parameter('bias', 1, bias.length, bias.slice()),
    factor
  }
}

/** The parameters: those of the embedding, of the layers, of the softmax, and its bias. */
export const parametersOf = ({ embedding, layers, softmax, bias }: Network): readonly Parameter[] => [
  ...embedding.parameters,
  ...layers.flatMap((layer) => [layer.weights, layer.bias]),
  ...softmax.parameters,
  bias
]

/** Tables in the place of a network's own. */
export interface Tables {
  readonly embedding: Table
  readonly softmax: Table
}

/** The model that a network has become, with these tables. */
export const modelFrom = ({ layers, bias, factor }: Network, { embedding, softmax }: Tables): LanguageModel => ({
  ...{ embedding, softmax },
  layers: layers.map(({ input, units, weights, bias: sums }) => ({
    ...{ input, hidden: units },
    weights: exchanged(weights.data, units),
    bias: exchanged(sums.data, units)
  })),
  bias: bias.data.slice(),
  ...(factor !== 1 && { factor })
})
