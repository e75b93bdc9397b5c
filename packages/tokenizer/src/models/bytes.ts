import type { Lexicon } from './lexicon.js'

/** The numbers of the tokens `<0x00>` to `<0xFF>`: −1 for those that are missing. */
export const byteTokens = (tokens: Lexicon): Int32Array =>
  Int32Array.from({ length: 256 }, (_, byte) => {
    const digits = byte.toString(16).toUpperCase().padStart(2, '0')
    return tokens.id(`<0x${digits}>`) ?? -1
  })

const encoder = new TextEncoder()

/** Adds the tokens of a text's UTF-8 bytes; false, and none, where one is missing. */
export function addBytes(text: string, tokens: Int32Array, out: number[]): boolean {
  const before = out.length
  for (const byte of encoder.encode(text)) {
    if (tokens[byte] < 0) {
      out.length = before
      return false
    }
    out.push(tokens[byte])
  }
  return true
}
