import { type JoinedWords, sortedWords } from '@slimbed/runtime/format'
import { laterLexicon } from '../models/later-lexicon.js'
import { type Lexicon, lexiconOf, type SortedTokens } from '../models/lexicon.js'
import { damaged } from './damaged.js'

/** How many bytes the number of a token takes, of `size` numbers. */
export const numberBytes = (size: number): number => (size <= 2 ** 16 ? 2 : 4)

let decoder: TextDecoder | undefined

/** From UTF-8 to a string, and from ends in bytes to ends in code units. */
function textOf({ bytes, ends }: JoinedWords): Pick<SortedTokens, 'text' | 'ends'> {
  let text: string
  try {
    decoder ??= new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
    text = decoder.decode(bytes)
  } catch {
    return damaged()
  }
  if (text.length === bytes.length) return { text, ends }
  let length = 0
  let i = 0
  const units = ends.map((end) => {
    for (; i < end; i++) if ((bytes[i] & 0xc0) !== 0x80) length += bytes[i] < 0xf0 ? 1 : 2
    return length
  })
  return { text, ends: units }
}

/**
 * Tokens of packed words, sorted, and of their numbers below `size`, little-endian. They are decoded when they are looked for. Throws `corrupt-file`, also later.
 */
export function unpackTokens(words: Uint8Array, numbers: Uint8Array, size: number): Lexicon {
  const width = numberBytes(size)
  const count = Math.floor(numbers.length / width)
  // Not `slice`, which does not copy a Buffer.
  const own = new Uint8Array(numbers.subarray(0, width * count)).buffer
  const ids = width === 2 ? new Uint16Array(own) : new Uint32Array(own)
  const { blocks, perBlock, read } = sortedWords(words, count)
  const whole = () => {
    if (!ids.every((id) => id < size)) damaged()
    return lexiconOf({ ...textOf(read(0, blocks)), ids, size })
  }
  const block = (number: number, first: boolean) => {
    const { text, ends } = textOf(read(number, number + 1, first))
    return Array.from(ends, (end, i) => text.slice(i > 0 ? ends[i - 1] : 0, end))
  }
  const idAt = (place: number) => (ids[place] < size ? ids[place] : damaged())
  return laterLexicon({ blocks, perBlock, block, idAt, size }, whole)
}
