import { type BitReader, damaged, readCodes } from './codes.js'
import { blockWords, endSymbol, followingContext, mostShared, replacedContext, sharedContext } from './contexts.js'
import { readOrder } from './packed.js'

/** As `bitReader`, several bits at a time. */
function quickReader(bytes: Uint8Array): BitReader {
  let [at, held, count] = [0, 0, 0]
  const read = (width: number): number => {
    if (width > 16) return read(16) + 2 ** 16 * read(width - 16)
    while (count < width) {
      held |= (at < bytes.length ? bytes[at++] : damaged()) << count
      count += 8
    }
    const value = held & ((1 << width) - 1)
    held >>>= width
    count -= width
    return value
  }
  return read
}

/** UTF-8 of all words, one after another in the order of their places, and where each ends. */
interface Joined {
  readonly bytes: Uint8Array
  readonly ends: Uint32Array
}

/** Decodes words of blocks that begin at `offsets`; the last of these is the end. Throws `corrupt-file`. */
function decodeAll(
  words: Uint8Array,
  size: number,
  offsets: Float64Array,
  nodes: Int32Array,
  roots: Int32Array
): Joined {
  let bytes = new Uint8Array(4 * words.length + 256)
  const ends = new Uint32Array(size)
  let [start, before, from, end, bits] = [0, 0, 0, 0, 1]
  for (let place = 0; place < size; place++) {
    let length = start - before
    let at = -1
    if (place % blockWords === 0) {
      const block = place / blockWords
      // Blocks lie one after another: none is read twice.
      if (block > 0 && from !== end) damaged()
      from = offsets[block]
      end = offsets[block + 1]
      ;[bits, length, at] = [1, 0, 0]
    }
    let context = at < 0 ? sharedContext(length) : replacedContext(-1)
    for (;;) {
      let node = roots[context]
      if (node < 0) damaged()
      do {
        if (bits === 1) bits = from < end ? words[from++] | 256 : damaged()
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
        continue
      }
      if (symbol === endSymbol) break
      bytes[start + at++] = symbol
      context = at > 1 ? followingContext(bytes, start + at) : symbol
    }
    before = start
    start += at
    ends[place] = start
  }
  if (from !== end) damaged()
  return { bytes, ends }
}

/**
 * All `size` words of the bytes that a file has for them, in the order of their rows, in one pass: quicker than one by one where all are needed. Bytes that are
 * not UTF-8 become U+FFFD. Throws `corrupt-file`.
 */
export function everyWord(words: Uint8Array, size: number): string[] {
  const blocks = Math.ceil(size / blockWords)
  // Every block has a byte at least.
  if (blocks > words.length) damaged()
  const read = quickReader(words)
  const [nodes, roots] = readCodes(read)
  const [rows] = read(1) ? readOrder(read, size) : []
  const width = read(5)
  const offsets = new Float64Array(blocks + 1).fill(words.length)
  for (let i = blocks; i > 0; i--) offsets[i - 1] = offsets[i] - read(width)
  if (offsets[0] < 0) damaged()
  const { bytes, ends } = decodeAll(words, size, offsets, nodes, roots)
  const used = bytes.subarray(0, size > 0 ? ends[size - 1] : 0)
  const plain = new TextDecoder('latin1').decode(used)
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  const found = new Array<string>(size).fill('')
  for (let place = 0, start = 0; place < size; place++) {
    const end = ends[place]
    let ascii = true
    for (let i = start; i < end && ascii; i++) ascii = used[i] < 128
    found[rows?.[place] ?? place] = ascii ? plain.slice(start, end) : decoder.decode(used.subarray(start, end))
    start = end
  }
  return found
}
