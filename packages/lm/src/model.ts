import type { Table } from '@slimbed/core'

/** One layer of an LSTM. Along the `4 · hidden` lie the input, forget and output gates and the candidate. */
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
