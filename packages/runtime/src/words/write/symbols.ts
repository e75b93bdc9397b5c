import { blockWords, endSymbol, followingContext, mostShared, replacedContext, sharedContext } from '../contexts.js'
import type { PlainVocabulary } from '../plain.js'

/** The rows in the order of their words' bytes; rows of one word as they are. */
export function sortedRows({ bytes, offsets, size }: PlainVocabulary): Uint32Array {
  // The first six bytes of a word as a number decide nearly always.
  const keys = new Float64Array(size)
  for (let row = 0; row < size; row++) {
    for (let i = 0; i < 6; i++) {
      const at = offsets[row] + i
      keys[row] = 256 * keys[row] + (at < offsets[row + 1] ? bytes[at] : 0)
    }
  }
  const compare = (a: number, b: number) => {
    if (keys[a] !== keys[b]) return keys[a] - keys[b]
    const [from, other] = [offsets[a], offsets[b]]
    const [length, otherLength] = [offsets[a + 1] - from, offsets[b + 1] - other]
    const common = Math.min(length, otherLength)
    for (let i = 0; i < common; i++) if (bytes[from + i] !== bytes[other + i]) return bytes[from + i] - bytes[other + i]
    return length - otherLength || a - b
  }
  return Uint32Array.from(keys, (_, row) => row).sort(compare)
}

/** Calls `visit` with the symbols of each word in this order, each with its context, and `ended` after each word. */
export function forEachSymbol(
  { bytes, offsets }: PlainVocabulary,
  order: Uint32Array,
  visit: (context: number, symbol: number) => void,
  ended: (place: number) => void = () => {}
): void {
  let before: Uint8Array = new Uint8Array()
  for (const [place, row] of order.entries()) {
    const word = bytes.subarray(offsets[row], offsets[row + 1])
    const begins = place % blockWords === 0
    if (begins) before = new Uint8Array()
    let shared = 0
    const most = Math.min(before.length, word.length, mostShared)
    while (shared < most && before[shared] === word[shared]) shared++
    if (!begins) visit(sharedContext(before.length), shared)
    for (let at = shared; at <= word.length; at++) {
      const context = at === shared ? replacedContext(before[at] ?? -1) : followingContext(word, at)
      visit(context, at < word.length ? word[at] : endSymbol)
    }
    before = word
    ended(place)
  }
}
