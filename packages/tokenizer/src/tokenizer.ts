/** What to make of a text. */
export interface EncodeOptions {
  /** The most ids, special tokens included. That of the file (`truncation`) unless given; Infinity for no limit. */
  readonly maxLength?: number
  /** Whether to add the special tokens of the file, such as `[CLS]` and `[SEP]`; false unless given. */
  readonly specialTokens?: boolean
}

/** Makes numbers of tokens of a text, as the Python library `tokenizers` does. */
export interface Tokenizer {
  /** One more than the largest id: ids are 0 to size − 1. */
  readonly size: number
  /** The id of the token for what is unknown. */
  readonly unknown: number | undefined
  /**
   * The ids of a text's tokens. Lone surrogates count as U+FFFD. Throws `bad-input` where the model has no token for what is unknown
   * and meets it, and `bad-option`.
   */
  encode(text: string, options?: EncodeOptions): Int32Array
  /** The token of an id; '' for one that has none. Throws `out-of-range`. */
  token(id: number): string
  /** The id of a token. */
  id(token: string): number | undefined
}
