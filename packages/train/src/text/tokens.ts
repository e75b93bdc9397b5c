/** How texts become words. */
export interface Reading {
  /** Whether words are told apart by case. */
  readonly lowercase: boolean
  /** Words of a text that are read; those after them are not. */
  readonly maxLength: number
}

/** The words of a text: what stands between white space. */
export function wordsOf(text: string, { lowercase, maxLength }: Reading): string[] {
  const words = (lowercase ? text.toLowerCase() : text).split(/\s+/u).filter((word) => word !== '')
  return words.slice(0, maxLength)
}

/** A text as rows of a table: words that it does not have are left out. */
export function rowsIn(text: string, reading: Reading, find: (word: string) => number): Uint32Array {
  return Uint32Array.from(
    wordsOf(text, reading)
      .map(find)
      .filter((row) => row >= 0)
  )
}
