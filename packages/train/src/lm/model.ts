import type { Table } from '@slimbed/core'

/** One layer of an LSTM. Along the `4 · hidden` lie the input, forget, cell and output gates. */
export interface LstmLayer {
  readonly input: number
  readonly hidden: number
  /** What `[x, h]` is multiplied with: `(input + hidden) × 4 · hidden`, row-major. */
  readonly weights: Float32Array
  /** `4 · hidden`. */
  readonly bias: Float32Array
}

/** A language model of words, as `languageModelOf` of `@slimbed/eval` makes it: an embedding, LSTM layers, a softmax over all words. */
export interface LanguageModel {
  /** Words × input of the first layer. */
  readonly embedding: Table
  readonly layers: readonly LstmLayer[]
  /** Words × hidden of the last layer. */
  readonly softmax: Table
  /** One value a word. */
  readonly bias: Float32Array
  /** What logits are multiplied with; 1 unless given. */
  readonly factor?: number
}
