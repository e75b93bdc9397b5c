/** How texts become words. */
export interface Reading {
  /** Whether texts are converted to lower case, so that case makes no difference. */
  readonly lowercase: boolean
  /** The number of words of a text that are read. */
  readonly maxLength: number
}

/** The words of a text, split at white space. */
export function wordsOf(text: string, { lowercase, maxLength }: Reading): string[] {
  const words = (lowercase ? text.toLowerCase() : text).split(/\s+/u).filter((word) => word !== '')
  return words.slice(0, maxLength)
}

/** The rows of a text's words in a table. Words without a row are left out. */
export function rowsIn(text: string, reading: Reading, find: (word: string) => number): Uint32Array {
  return Uint32Array.from(
    wordsOf(text, reading)
      .map(find)
      .filter((row) => row >= 0)
  )
}
