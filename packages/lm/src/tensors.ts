import type { Tensor } from '@slimbed/core'
import type { LanguageModel, LstmLayer } from './model.js'

const floats = (data: Float32Array, ...shape: number[]): Tensor => ({ dtype: 'F32', shape, data })

/** Rows `first .. first + count` of a layer's weights as columns: `4 · hidden × count`. */
function turned({ hidden, weights }: LstmLayer, first: number, count: number): Tensor {
  const gates = 4 * hidden
  const data = new Float32Array(gates * count)
  for (let j = 0; j < count; j++) {
    for (let g = 0; g < gates; g++) data[g * count + j] = weights[(first + j) * gates + g]
  }
  return floats(data, gates, count)
}

/**
 * The tensors of a model by name, float32, as `languageModelOf` takes them: all but the two tables. Both biases of a layer are in its
 * `bias_ih`; its `bias_hh` is zeros.
 */
export function tensorsOf({ layers, bias }: LanguageModel): Map<string, Tensor> {
  const tensors = new Map([['softmax.bias', floats(bias, bias.length)]])
  for (const [index, layer] of layers.entries()) {
    const { input, hidden } = layer
    tensors.set(`lstm.${index}.weight_ih`, turned(layer, 0, input))
    tensors.set(`lstm.${index}.weight_hh`, turned(layer, input, hidden))
    tensors.set(`lstm.${index}.bias_ih`, floats(layer.bias, 4 * hidden))
    tensors.set(`lstm.${index}.bias_hh`, floats(new Float32Array(4 * hidden), 4 * hidden))
  }
  return tensors
}
