/** Splits a piece of text into tokens. */
export interface Model {
  /** The number of the token for what is unknown. */
  readonly unknown: number | undefined
  /** Adds the numbers of a piece's tokens to `ids`. Throws `bad-input` for text that the model has no token for. */
  tokenize(piece: string, ids: number[]): void
}
