import { joined, type PlainVocabulary, vocabulary } from './plain.js'

function* encoded(words: Iterable<string>): Generator<Uint8Array> {
  const encoder = new TextEncoder()
  for (const word of words) yield encoder.encode(word)
}

/** The vocabulary of `words`, in row order. Throws `bad-input` when they exceed 4 GiB or `counts` do not fit. */
export const vocabularyOf = (words: Iterable<string>, counts?: ArrayLike<number>): PlainVocabulary =>
  vocabulary({ ...joined(encoded(words)), counts: counts && Float64Array.from(counts) })
