import { bitReader, damaged, readCodes } from './codes.js'
import { blockWords, endSymbol, followingContext, mostShared, replacedContext, sharedContext } from './contexts.js'

/** Words one after another. */
export interface JoinedWords {
  readonly bytes: Uint8Array
  /** Where each ends. */
  readonly ends: Uint32Array
}

/** Words in the order of their bytes, in blocks of which each can be read without the others. */
export interface SortedWords {
  readonly blocks: number
  /** How many words a block has, but for the last. */
  readonly perBlock: number
  /** Decodes blocks, from one to before another; of each only the first word where `firsts` says so. Throws `corrupt-file`. */
  read(from: number, to: number, firsts?: boolean): JoinedWords
}

/**
 * The `size` words of the bytes that `packWords` makes of sorted ones. Throws `corrupt-file`, also where their rows have another order; of what is damaged, the order of words may be another.
 */
export function sortedWords(words: Uint8Array, size: number): SortedWords {
  const blocks = Math.ceil(size / blockWords)
  // Every block has a byte at least.
  if (blocks > words.length) damaged()
  const bit = bitReader(words)
  const [nodes, roots] = readCodes(bit)
  if (bit(1)) damaged()
  const width = bit(5)
  const offsets = new Float64Array(blocks + 1).fill(words.length)
  for (let i = blocks; i > 0; i--) offsets[i - 1] = offsets[i] - bit(width)
  if (offsets[0] < 0) damaged()

  function read(from: number, to: number, firsts = false): JoinedWords {
    let bytes = new Uint8Array(4 * (offsets[to] - offsets[from]) + 256)
    const ends = new Uint32Array(firsts ? to - from : Math.min(size, to * blockWords) - from * blockWords)
    let place = 0

    /** Writes the words of a block from `start` on; returns where they end. */
    function readBlock(block: number, begin: number): number {
      const last = firsts ? place + 1 : Math.min(ends.length, place + blockWords)
      let next = offsets[block]
      const end = offsets[block + 1]
      let [start, before, length, at, bits, context] = [begin, begin, 0, 0, 1, replacedContext(-1)]
      for (;;) {
        let node = roots[context]
        if (node < 0) damaged()
        do {
          if (bits === 1) bits = next < end ? words[next++] | 256 : damaged()
          node = nodes[node + (bits & 1)]
          bits >>= 1
        } while (node >= 0)
        const symbol = ~node
        if (start + Math.max(at, mostShared) >= bytes.length) {
          const larger = new Uint8Array(2 * bytes.length)
          larger.set(bytes)
          bytes = larger
        }
        if (at < 0) {
          at = symbol
          if (at > Math.min(length, mostShared)) damaged()
          bytes.copyWithin(start, before, before + at)
          context = replacedContext(at < length ? bytes[before + at] : -1)
        } else if (symbol < endSymbol) {
          bytes[start + at++] = symbol
          context = at > 1 ? followingContext(bytes, start + at) : symbol
        } else {
          before = start
          length = at
          start += at
          ends[place++] = start
          if (place === last) break
          at = -1
          context = sharedContext(length)
        }
      }
      return firsts || next === end ? start : damaged()
    }

    let end = 0
    for (let block = from; block < to; block++) end = readBlock(block, end)
    return { bytes: bytes.subarray(0, end), ends }
  }
  return { blocks, perBlock: blockWords, read }
}
