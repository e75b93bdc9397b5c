import { checkRow, fail } from '../check.js'
import type { Vocabulary } from './vocabulary.js'
import { scanFor, wordFinder } from './word-index.js'

/** The arrays of a vocabulary. */
export interface VocabularyParts {
  /** UTF-8 of all words in row order, without separators. */
  readonly bytes: Uint8Array
  /** Where each word begins in `bytes`, and the end of the last: one more than there are words. */
  readonly offsets: Uint32Array
  /** Corpus counts of the words, where known. */
  readonly counts?: Float64Array | undefined
}

/** Joins words. Throws `bad-input` when they exceed 4 GiB. */
export function joined(words: Iterable<Uint8Array>): { readonly bytes: Uint8Array; readonly offsets: Uint32Array } {
  const offsets = [0]
  let bytes = new Uint8Array(1024)
  let used = 0
  for (const word of words) {
    const end = used + word.length
    if (end > 2 ** 32 - 1) fail('bad-input', `vocabulary: the first ${offsets.length} words exceed 4 GiB`)
    if (end > bytes.length) {
      const larger = new Uint8Array(Math.max(2 * bytes.length, end))
      larger.set(bytes)
      bytes = larger
    }
    bytes.set(word, used)
    used = end
    offsets.push(used)
  }
  return { bytes: bytes.slice(0, used), offsets: Uint32Array.from(offsets) }
}

/** Words that are looked for one by one before an index is made, which a page that needs few of them would wait for. */
const maxScans = 16

function check({ bytes, offsets, counts }: VocabularyParts): void {
  const size = offsets.length - 1
  if (size < 0 || offsets[0] !== 0) fail('bad-input', 'vocabulary: offsets must begin with 0')
  for (let i = 0; i < size; i++) {
    if (offsets[i + 1] < offsets[i]) fail('bad-input', `vocabulary: word ${i} ends before it begins`)
  }
  if (offsets[size] !== bytes.length) {
    fail('bad-input', `vocabulary: the last word ends at byte ${offsets[size]}, expected ${bytes.length}`)
  }
  if (!counts) return
  if (counts.length !== size) fail('bad-input', `vocabulary: expected ${size} counts, got ${counts.length}`)
  const odd = counts.findIndex((count) => !(count >= 0 && count < Infinity))
  if (odd >= 0)
    fail('bad-input', `vocabulary: the count of word ${odd} is ${counts[odd]}, expected a number of 0 or more`)
}

/** A vocabulary whose words are in memory as they are. */
export type PlainVocabulary = Vocabulary & VocabularyParts

/** A vocabulary over its arrays, which it keeps. Throws `bad-input` when they do not fit together. */
export function vocabulary(parts: VocabularyParts): PlainVocabulary {
  check(parts)
  const { bytes, offsets, counts } = parts
  const size = offsets.length - 1
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  let find: ((word: string) => number) | undefined
  let scans = maxScans
  function bytesOf(row: number): Uint8Array {
    checkRow(row, size)
    return bytes.slice(offsets[row], offsets[row + 1])
  }
  return {
    size,
    bytes,
    offsets,
    ...(counts && { counts }),
    bytesOf,
    word: (row) => decoder.decode(bytesOf(row)),
    find(word) {
      if (scans > 0) {
        scans--
        return scanFor(new TextEncoder().encode(word), bytes, offsets)
      }
      find ??= wordFinder(bytes, offsets)
      return find(word)
    }
  }
}

function* bytesOfRows(words: Vocabulary, rows: Iterable<number>): Generator<Uint8Array> {
  for (const row of rows) yield words.bytesOf(row)
}

/** The words of some rows, in this order, with their counts. Throws `out-of-range`. */
export function wordsOfRows(words: Vocabulary, rows: Uint32Array): PlainVocabulary {
  const { counts } = words
  return vocabulary({
    ...joined(bytesOfRows(words, rows)),
    counts: counts && Float64Array.from(rows, (row) => counts[row])
  })
}

/** The same vocabulary with all its words decoded. */
export const plainOf = (words: Vocabulary): PlainVocabulary =>
  'offsets' in words
    ? (words as PlainVocabulary)
    : wordsOfRows(
        words,
        new Uint32Array(words.size).map((_, row) => row)
      )
