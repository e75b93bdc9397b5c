import { fail } from '../check.js'
import { type Vocabulary, vocabulary } from './vocabulary.js'

/** The vocabulary of `words`, in row order. Throws `bad-input` when they exceed 4 GiB or `counts` do not fit. */
export function vocabularyOf(words: Iterable<string>, counts?: ArrayLike<number>): Vocabulary {
  const encoder = new TextEncoder()
  const offsets = [0]
  let bytes = new Uint8Array(1024)
  let used = 0
  for (const word of words) {
    const most = used + word.length * 3
    if (most > bytes.length) {
      const larger = new Uint8Array(Math.max(2 * bytes.length, most))
      larger.set(bytes)
      bytes = larger
    }
    used += encoder.encodeInto(word, bytes.subarray(used)).written
    if (used > 2 ** 32 - 1) fail('bad-input', `vocabulary: the first ${offsets.length} words exceed 4 GiB`)
    offsets.push(used)
  }
  return vocabulary({
    bytes: bytes.slice(0, used),
    offsets: Uint32Array.from(offsets),
    counts: counts && Float64Array.from(counts)
  })
}
