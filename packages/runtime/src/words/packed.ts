import { checkRow } from '../check.js'
import { type BitReader, bitReader, damaged, readCodes } from './codes.js'
import { blockWords, endSymbol, followingContext, mostShared, replacedContext, sharedContext } from './contexts.js'
import type { Vocabulary } from './vocabulary.js'

/** The first six of `length` bytes as a number. */
function keyOf(word: ArrayLike<number>, length: number): number {
  let key = 0
  for (let i = 0; i < 6; i++) key = 256 * key + (i < length ? word[i] : 0)
  return key
}

/** Reads the row of each place, and makes the place of each row; throws `corrupt-file` unless every row has one place. */
export function readOrder(read: BitReader, size: number) {
  const width = 31 - Math.clz32(size)
  const high = 2 ** width
  const rows = new (size >> 16 ? Uint32Array : Uint16Array)(size).fill(size)
  const places = rows.slice()
  for (let place = 0; place < size; place++) {
    let row = read(width)
    if (row + high < size) row += high * read(1)
    if (places[row] !== size) damaged()
    rows[place] = row
    places[row] = place
  }
  return [rows, places]
}

/**
 * The `size` words of a file, in the bytes that it has for them, decoded in blocks when they are asked for; `counts` are those of the
 * rows. Throws `corrupt-file`.
 */
export function packedVocabulary(words: Uint8Array, size: number, counts?: Float64Array): Vocabulary {
  const blocks = Math.ceil(size / blockWords)
  // Every block has a byte at least.
  if (blocks > words.length) damaged()
  const read = bitReader(words)
  const [nodes, roots] = readCodes(read)
  const [rows, places] = read(1) ? readOrder(read, size) : []
  const width = read(5)
  const offsets = new Float64Array(blocks + 1).fill(words.length)
  for (let i = blocks; i > 0; i--) offsets[i - 1] = offsets[i] - read(width)
  const encoder = new TextEncoder()
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  /** The first `length` bytes are the word that was decoded last. */
  const word: number[] = []
  let length = 0
  let query = new Uint8Array()
  /** Of the first word of each block. */
  let keys: number[] | undefined

  /**
   * Decodes the words from a block on until `found` is true of a place, which it returns, else `size`. None may come before the one
   * before it, of which the first `known` bytes are in `word`.
   */
  function decode(block: number, found: (place: number) => boolean, known = 0): number {
    length = known
    let from = offsets[block]
    // The bits that are left of a byte, below a 1.
    let bits = 1
    let place = block * blockWords
    for (; place < size; place++) {
      let at = -1
      let context = sharedContext(length)
      if (place % blockWords === 0) {
        bits = 1
        at = 0
        context = replacedContext(-1)
      }
      for (let tied = true; ; ) {
        let node = roots[context]
        if (node < 0 || from >>> 0 > words.length) damaged()
        do {
          if (bits === 1) bits = words[from++] | 256
          node = nodes[node + (bits & 1)]
          bits >>= 1
        } while (node >= 0)
        const symbol = ~node
        if (at < 0) {
          at = symbol
          if (at > Math.min(length, mostShared)) damaged()
          context = replacedContext(at < length ? word[at] : -1)
          continue
        }
        const byte = symbol === endSymbol ? -1 : symbol
        const order = byte - (at < length ? word[at] : -1)
        if (tied && order < 0) damaged()
        tied &&= order === 0
        if (byte < 0) break
        word[at++] = byte
        context = followingContext(word, at)
      }
      length = at
      if (found(place)) break
    }
    return place
  }

  function bytesOf(row: number): Uint8Array {
    checkRow(row, size)
    const wanted = places?.[row] ?? row
    decode(Math.floor(wanted / blockWords), (place) => place === wanted)
    return Uint8Array.from(word.slice(0, length))
  }

  return {
    size,
    counts,
    word: (row) => decoder.decode(bytesOf(row)),
    bytesOf,
    find(text) {
      if (query.length < 3 * text.length) query = new Uint8Array(3 * text.length)
      const { written } = encoder.encodeInto(text, query)
      /** Below 0, 0 or above 0, as the query comes before the word, is it, or comes after it. */
      const compare = () => {
        for (let i = 0; i < written && i < length; i++) if (query[i] !== word[i]) return query[i] - word[i]
        return written - length
      }
      if (!keys) {
        keys = []
        length = 0
        for (let block = 0; block < blocks; block++) {
          decode(block, () => true, length)
          keys[block] = keyOf(word, length)
        }
      }
      const key = keyOf(query, written)
      let low = 0
      for (let high = blocks; low < high; ) {
        const middle = (low + high) >> 1
        let order = key - keys[middle]
        if (order === 0) {
          decode(middle, () => true)
          order = compare()
        }
        if (order > 0) low = middle + 1
        else high = middle
      }
      // The word may also begin the block after the last one whose first word comes before it.
      const place = decode(Math.max(low - 1, 0), () => compare() <= 0)
      return compare() || !size ? -1 : (rows?.[place] ?? place)
    }
  }
}
