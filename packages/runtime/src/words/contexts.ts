// A word in a file is a row of symbols: how many bytes it shares with the word before, its other bytes, its end. What is known
// before each symbol, its context, selects the code that the symbol has.

/** The most words of a block: to read one, those before it in its block are decoded. */
export const blockWords = 12
/** The most bytes of the word before that a word is told to share. */
export const mostShared = 63
/** The symbol after the bytes of a word; smaller ones are bytes, or numbers of shared bytes. */
export const endSymbol = 256
/** How many contexts there are. */
export const contextCount = 800
/** The most bits of a code. */
export const longestCode = 16

/** The context of a symbol after the byte `word[at − 1]`, which tells little by itself where it begins a character. */
export function followingContext(word: ArrayLike<number>, at: number): number {
  const last = word[at - 1]
  return at > 1 && last > 191 ? 544 + ((3 * word[at - 2] + last) & 255) : last
}

/** The context of the first symbol that is not shared, in the place of a byte of the word before; −1 where that has none. */
export const replacedContext = (byte: number): number => 256 + Math.max(byte, 0)

/** The context of how many bytes are shared with a word of `length` bytes. */
export const sharedContext = (length: number): number => 512 + Math.min(length, 31)
