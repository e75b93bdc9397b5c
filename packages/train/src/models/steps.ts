/** The sentences of a batch as a recurrent model reads them: longest first, so that those still running are the first ones. */
export interface Steps {
  /** Distinct rows of the table, in the order in which they are first met. */
  readonly rows: Uint32Array
  /** For each sentence, longest first, which one of the batch it is. */
  readonly order: Uint32Array
  /** Lengths in this order. */
  readonly lengths: Uint32Array
  /** Sentences still running at each step. */
  readonly running: readonly number[]
  /** Where the tokens of each step begin; the tokens of a step are those of the sentences still running. */
  readonly starts: readonly number[]
  /** For each token, which of `rows` it is. */
  readonly tokens: Uint32Array
}

/** Arranges the sentences of a batch by steps. */
export function stepsOf(sentences: readonly Uint32Array[]): Steps {
  const order = Uint32Array.from(sentences.keys()).sort((a, b) => sentences[b].length - sentences[a].length || a - b)
  const lengths = order.map((i) => sentences[i].length)
  const found = new Map<number, number>()
  const tokens: number[] = []
  const [running, starts]: [number[], number[]] = [[], []]
  for (let step = 0; step < (lengths[0] ?? 0); step++) {
    let count = 0
    while (count < lengths.length && lengths[count] > step) count++
    starts.push(tokens.length)
    running.push(count)
    for (let i = 0; i < count; i++) {
      const row = sentences[order[i]][step]
      const known = found.get(row) ?? found.size
      found.set(row, known)
      tokens.push(known)
    }
  }
  return { rows: Uint32Array.from(found.keys()), order, lengths, running, starts, tokens: Uint32Array.from(tokens) }
}
