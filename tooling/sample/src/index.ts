/** Where the files of a sample lie: `file:` URLs. */
export interface Sample {
  /** 10,000 × 100 float32 vectors in order of falling frequency, word2vec binary. */
  readonly vectors: URL
  /** One line for each word, in the same order: the word, a tab, how often it occurs. */
  readonly counts: URL
}

/** Vectors of the 10,000 most frequent words of a small English corpus, and their counts. */
export const sample: Sample = {
  vectors: new URL('../data/sample-10k.100d.bin', import.meta.url),
  counts: new URL('../data/sample-10k.counts.tsv', import.meta.url)
}
