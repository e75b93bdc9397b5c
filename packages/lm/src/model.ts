import { dense, floatsOf, SlimbedError, type Table, type Tensor } from '@slimbed/core'

/** One layer of an LSTM. Along the `4 · hidden` lie the input, forget, cell and output gates. */
export interface LstmLayer {
  readonly input: number
  readonly hidden: number
  /** What `[x, h]` is multiplied with: `(input + hidden) × 4 · hidden`, row-major. */
  readonly weights: Float32Array
  /** `4 · hidden`. */
  readonly bias: Float32Array
}

/** A language model of words: an embedding, LSTM layers, a softmax over all words. */
export interface LanguageModel {
  /** Words × input of the first layer. */
  readonly embedding: Table
  readonly layers: readonly LstmLayer[]
  /** Words × hidden of the last layer. */
  readonly softmax: Table
  /** One value a word. */
  readonly bias: Float32Array
  /** What logits are multiplied with; 1 unless given. Below 1, the model is less sure of itself. */
  readonly factor?: number
}

/** Tensors by name. */
export type NamedTensors = ReadonlyMap<string, Tensor>

/** Tables that stand in the place of a model's own. */
export interface ModelTables {
  readonly embedding?: Table
  readonly softmax?: Table
}

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
  const [rows, dim] = tensors.get(name)!.shape
  return dense(rows, dim, data)
}

/** Layer `index`, of `input` columns; the two weights, `4 · hidden × input` and `× hidden`, turned and one below the other. */
function layerOf(tensors: NamedTensors, index: number, input: number): LstmLayer {
  const name = (part: string) => `lstm.${index}.${part}`
  const hidden = (tensors.get(name('weight_hh'))?.shape[1] ?? 0) as number
  const gates = 4 * hidden
  const fromInput = floats(tensors, name('weight_ih'), gates, input)
  const fromHidden = floats(tensors, name('weight_hh'), gates, hidden)
  const [one, other] = [floats(tensors, name('bias_ih'), gates), floats(tensors, name('bias_hh'), gates)]
  const weights = new Float32Array((input + hidden) * gates)
  for (let g = 0; g < gates; g++) {
    for (let j = 0; j < input; j++) weights[j * gates + g] = fromInput[g * input + j]
    for (let j = 0; j < hidden; j++) weights[(input + j) * gates + g] = fromHidden[g * hidden + j]
  }
  return { input, hidden, weights, bias: one.map((value, g) => value + other[g]) }
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
  for (let width = embedding.dim; layers.length === 0 || tensors.has(`lstm.${layers.length}.weight_ih`); ) {
    const layer = layerOf(tensors, layers.length, width)
    layers.push(layer)
    width = layer.hidden
  }
  const { rows, dim } = softmax
  if (rows !== embedding.rows || dim !== layers[layers.length - 1].hidden) {
    const expected = `${embedding.rows} × ${layers[layers.length - 1].hidden}`
    throw new SlimbedError('bad-input', `language model: expected a softmax of ${expected}, it is ${rows} × ${dim}`)
  }
  return { embedding, layers, softmax, bias: floats(tensors, 'softmax.bias', rows) }
}
