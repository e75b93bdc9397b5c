import type { Table } from '@slimbed/core'
import {
  type LstmParameters,
  type Multiply,
  type Parameter,
  parameter,
  type TrainableTable,
  trainable
} from '@slimbed/train/network'
import type { LanguageModel, LstmLayer } from '../model.js'

/** A language model whose parameters are trained: copies of those of a model. */
export interface Network {
  readonly embedding: TrainableTable
  readonly layers: readonly LstmParameters[]
  readonly softmax: TrainableTable
  /** `1 × words`. */
  readonly bias: Parameter
  /** What logits are multiplied with. */
  readonly factor: number
}

function recurrent({ input, hidden: units, weights, bias }: LstmLayer, index: number): LstmParameters {
  const name = `lstm.${index}`
  return {
    ...{ input, units },
    weights: parameter(`${name}.weights`, input + units, 4 * units, weights.slice()),
    bias: parameter(`${name}.bias`, 1, 4 * units, bias.slice())
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
    weights: weights.data.slice(),
    bias: sums.data.slice()
  })),
  bias: bias.data.slice(),
  ...(factor !== 1 && { factor })
})
