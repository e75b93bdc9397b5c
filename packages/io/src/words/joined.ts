import { SlimbedError } from '@slimbed/runtime'
import { type PlainVocabulary, vocabulary } from '@slimbed/runtime/format'

/** The words of several vocabularies, one after another. Throws `unsupported` for 4 GiB of words. */
export function joined(parts: readonly PlainVocabulary[]): PlainVocabulary {
  const size = parts.reduce((sum, words) => sum + words.size, 0)
  const length = parts.reduce((sum, words) => sum + words.offsets[words.size] - words.offsets[0], 0)
  if (length >= 2 ** 32)
    throw new SlimbedError('unsupported', `words of ${length} bytes are more than a table can have`)
  const bytes = new Uint8Array(length)
  const offsets = new Uint32Array(size + 1)
  let [row, at] = [0, 0]
  for (const { bytes: own, offsets: ends, size: count } of parts) {
    bytes.set(own.subarray(ends[0], ends[count]), at)
    for (let i = 1; i <= count; i++) offsets[row + i] = at + ends[i] - ends[0]
    at += ends[count] - ends[0]
    row += count
  }
  return vocabulary({ bytes, offsets })
}
