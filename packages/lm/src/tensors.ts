import { dense, floatsOf, SlimbedError, type Table, type Tensor } from '@slimbed/core'
import type { LanguageModel, LstmLayer } from './model.js'

/** Tensors by name. */
export type NamedTensors = ReadonlyMap<string, Tensor>

/** Tables that replace a model's own. */
export interface ModelTables {
  readonly embedding?: Table
  readonly softmax?: Table
}

const layerName = (index: number, part: string) => `lstm.${index}.${part}`

/**
 * Where gate `g` of a layer stands in a file, of `4 · hidden`: files have the candidate before the output gate, as PyTorch does, layers
 * after it. It is its own inverse.
 */
const inFile = (g: number, hidden: number): number => (g < 2 * hidden ? g : g < 3 * hidden ? g + hidden : g - hidden)

function floats(tensors: NamedTensors, name: string, ...shape: readonly (number | undefined)[]): Float32Array {
  const tensor = tensors.get(name)
  const wanted = `[${shape.map((size) => size ?? '…')}]`
  const found = tensor ? `[${tensor.shape}] of ${tensor.dtype}` : 'none'
  const isFloat = tensor && /^(F32|F16|BF16)$/.test(tensor.dtype)
  if (
    !isFloat ||
    tensor.shape.length !== shape.length ||
    shape.some((size, i) => size !== undefined && size !== tensor.shape[i])
  ) {
    throw new SlimbedError(
      'bad-input',
      `language model: expected a tensor ${name} of ${wanted} floats, there is ${found}`
    )
  }
  return floatsOf(tensor as Tensor<'F32' | 'F16' | 'BF16'>)
}

function tableOf(tensors: NamedTensors, name: string): Table {
  const data = floats(tensors, name, undefined, undefined)
  const [rows, dim] = tensors.get(name)?.shape ?? []
  return dense(rows, dim, data)
}

/** Layer `index`, of `input` columns; the two weights, `4 · hidden × input` and `× hidden`, transposed and one below the other. */
function layerOf(tensors: NamedTensors, index: number, input: number): LstmLayer {
  const hidden = tensors.get(layerName(index, 'weight_hh'))?.shape[1] ?? 0
  const gates = 4 * hidden
  const part = (name: string, ...columns: number[]) => floats(tensors, layerName(index, name), gates, ...columns)
  const [fromInput, fromHidden] = [part('weight_ih', input), part('weight_hh', hidden)]
  const [one, other] = [part('bias_ih'), part('bias_hh')]
  const weights = new Float32Array((input + hidden) * gates)
  const bias = new Float32Array(gates)
  for (let g = 0; g < gates; g++) {
    const row = inFile(g, hidden)
    for (let j = 0; j < input; j++) weights[j * gates + g] = fromInput[row * input + j]
    for (let j = 0; j < hidden; j++) weights[(input + j) * gates + g] = fromHidden[row * hidden + j]
    bias[g] = one[row] + other[row]
  }
  return { input, hidden, weights, bias }
}

/**
 * A language model from its tensors: `embedding.weight`, `softmax.weight`, `softmax.bias`, and for each layer l
 * `lstm.l.weight_ih`, `lstm.l.weight_hh`, `lstm.l.bias_ih`, `lstm.l.bias_hh`, gates in the order input, forget, cell, output.
 * The tables in `tables` take the place of the tensors. Throws `bad-input` for what is missing or does not fit.
 */
export function languageModelOf(tensors: NamedTensors, tables: ModelTables = {}): LanguageModel {
  const embedding = tables.embedding ?? tableOf(tensors, 'embedding.weight')
  const softmax = tables.softmax ?? tableOf(tensors, 'softmax.weight')
  const layers: LstmLayer[] = []
  let width = embedding.dim
  do {
    const layer = layerOf(tensors, layers.length, width)
    layers.push(layer)
    width = layer.hidden
  } while (tensors.has(layerName(layers.length, 'weight_ih')))
  const { rows, dim } = softmax
  if (rows !== embedding.rows || dim !== width) {
    const expected = `${embedding.rows} × ${width}`
    throw new SlimbedError('bad-input', `language model: expected a softmax of ${expected}, it is ${rows} × ${dim}`)
  }
  return { embedding, layers, softmax, bias: floats(tensors, 'softmax.bias', rows) }
}

const tensorOf = (data: Float32Array, ...shape: number[]): Tensor => ({ dtype: 'F32', shape, data })

/** Rows `first .. first + count` of a layer's weights as columns: `4 · hidden × count`. */
function columnsOf({ hidden, weights }: LstmLayer, first: number, count: number): Tensor {
  const gates = 4 * hidden
  const data = new Float32Array(gates * count)
  for (let g = 0; g < gates; g++) {
    const row = inFile(g, hidden)
    for (let j = 0; j < count; j++) data[row * count + j] = weights[(first + j) * gates + g]
  }
  return tensorOf(data, gates, count)
}

/**
 * The tensors of a model by name, float32, as `languageModelOf` takes them: all but the two tables. Both biases of a layer are in its
 * `bias_ih`; its `bias_hh` is zeros.
 */
export function tensorsOf({ layers, bias }: LanguageModel): Map<string, Tensor> {
  const tensors = new Map([['softmax.bias', tensorOf(bias, bias.length)]])
  for (const [index, layer] of layers.entries()) {
    const { input, hidden } = layer
    const gates = 4 * hidden
    tensors.set(layerName(index, 'weight_ih'), columnsOf(layer, 0, input))
    tensors.set(layerName(index, 'weight_hh'), columnsOf(layer, input, hidden))
    const sums = layer.bias.map((_, g) => layer.bias[inFile(g, hidden)])
    tensors.set(layerName(index, 'bias_ih'), tensorOf(sums, gates))
    tensors.set(layerName(index, 'bias_hh'), tensorOf(new Float32Array(gates), gates))
  }
  return tensors
}
