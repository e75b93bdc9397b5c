import { blockWords, endSymbol, followingContext, mostShared, replacedContext, sharedContext } from '../contexts.js'
import type { PlainVocabulary } from '../plain.js'

/** Groups of at most so many rows are sorted by comparing words. */
const smallGroup = 12
/** So are groups whose words have so many bytes in common: a file may have any number of them. */
const deepest = 256

/** The rows in the order of their words' bytes, sorted byte by byte from the first; rows of one word as they are. */
export function sortedRows({ bytes, offsets, size }: PlainVocabulary): Uint32Array {
  const order = Uint32Array.from({ length: size }, (_, row) => row)
  const moved = new Uint32Array(size)
  const compare = (a: number, b: number) => {
    const [from, other] = [offsets[a], offsets[b]]
    const [length, otherLength] = [offsets[a + 1] - from, offsets[b + 1] - other]
    const common = Math.min(length, otherLength)
    for (let i = 0; i < common; i++) if (bytes[from + i] !== bytes[other + i]) return bytes[from + i] - bytes[other + i]
    return length - otherLength || a - b
  }
  const insert = (from: number, end: number) => {
    for (let i = from + 1; i < end; i++) {
      const row = order[i]
      let at = i
      for (; at > from && compare(order[at - 1], row) > 0; at--) order[at] = order[at - 1]
      order[at] = row
    }
  }
  /** 0 after a word's last byte. */
  const keyOf = (row: number, at: number) => {
    const place = offsets[row] + at
    return place < offsets[row + 1] ? bytes[place] + 1 : 0
  }
  const sort = (from: number, end: number, depth: number) => {
    if (end - from <= smallGroup) return insert(from, end)
    if (depth === deepest) return void order.subarray(from, end).sort(compare)
    const starts = new Uint32Array(258)
    for (let i = from; i < end; i++) starts[keyOf(order[i], depth) + 1]++
    for (let key = 0; key < 257; key++) starts[key + 1] += starts[key]
    const next = starts.slice()
    for (let i = from; i < end; i++) moved[from + next[keyOf(order[i], depth)]++] = order[i]
    order.set(moved.subarray(from, end), from)
    for (let key = 1; key < 257; key++) {
      if (starts[key + 1] - starts[key] > 1) sort(from + starts[key], from + starts[key + 1], depth + 1)
    }
  }
  sort(0, size, 0)
  return order
}

/** Calls `visit` with the symbols of each word in this order, each with its context, and `ended` after each word. */
export function forEachSymbol(
  { bytes, offsets }: PlainVocabulary,
  order: Uint32Array,
  visit: (context: number, symbol: number) => void,
  ended: (place: number) => void = () => {}
): void {
  // As if the word before this one began where it does: its first byte has none before it.
  const contextAfter = (end: number, at: number) => (at > 1 ? followingContext(bytes, end) : bytes[end - 1])
  // Where the word before lies, and its length.
  let [before, length] = [0, 0]
  for (let place = 0; place < order.length; place++) {
    const start = offsets[order[place]]
    const own = offsets[order[place] + 1] - start
    const begins = place % blockWords === 0
    if (begins) length = 0
    const most = Math.min(length, own, mostShared)
    let shared = 0
    while (shared < most && bytes[before + shared] === bytes[start + shared]) shared++
    if (!begins) visit(sharedContext(length), shared)
    for (let at = shared; at <= own; at++) {
      const replaced = at === shared
      const context = replaced ? replacedContext(at < length ? bytes[before + at] : -1) : contextAfter(start + at, at)
      visit(context, at < own ? bytes[start + at] : endSymbol)
    }
    before = start
    length = own
    ended(place)
  }
}
