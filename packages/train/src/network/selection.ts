/** Sparse combinations of rows: output i is `Σ weights[k] · row indices[k]` over k from `starts[i]` to `starts[i + 1]`. */
export interface Selection {
  readonly count: number
  /** `count + 1` of them. */
  readonly starts: Uint32Array
  readonly indices: Uint32Array
  readonly weights: Float32Array
}

/** The mean of the rows of each sentence; zeros for one without tokens. */
export function meansOf(sentences: readonly ArrayLike<number>[]): Selection {
  const starts = new Uint32Array(sentences.length + 1)
  sentences.forEach((tokens, i) => {
    starts[i + 1] = starts[i] + tokens.length
  })
  const indices = new Uint32Array(starts[sentences.length])
  const weights = new Float32Array(indices.length)
  sentences.forEach((tokens, i) => {
    indices.set(tokens, starts[i])
    weights.fill(1 / tokens.length, starts[i], starts[i + 1])
  })
  return { count: sentences.length, starts, indices, weights }
}

/** The rows themselves. */
export function rowsOf(indices: Uint32Array): Selection {
  const count = indices.length
  const starts = Uint32Array.from({ length: count + 1 }, (_, i) => i)
  return { count, starts, indices, weights: new Float32Array(count).fill(1) }
}

/** All rows of a matrix of so many, in their order. */
export const allRows = (rows: number): Selection => rowsOf(Uint32Array.from({ length: rows }, (_, i) => i))
