/** The words of a table's rows. */
export interface Vocabulary {
  /** How many words: one for each row. */
  readonly size: number
  /** Corpus counts, `size` of them, where known. */
  readonly counts?: Float64Array | undefined
  /** The word of row `row`, bytes that are not UTF-8 replaced by U+FFFD. Throws `out-of-range`, and `corrupt-file`. */
  word(row: number): string
  /** The bytes of the word of row `row`: UTF-8, unless a file has others. Throws as `word` does. */
  bytesOf(row: number): Uint8Array
  /** The first row of `word`, or −1. Throws `corrupt-file`. */
  find(word: string): number
}
