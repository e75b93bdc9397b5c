import { fail } from '../check.js'
import { scanFor, wordFinder } from './word-index.js'

/** The words of a table's rows. */
export interface Vocabulary {
  /** How many words: one for each row. */
  readonly size: number
  /** UTF-8 of all words in row order, without separators. */
  readonly bytes: Uint8Array
  /** Where each word begins in `bytes`, and the end of the last: `size + 1` offsets. */
  readonly offsets: Uint32Array
  /** Corpus counts, `size` of them, where known. */
  readonly counts?: Float64Array | undefined
  /** Bytes of all of it in a file. */
  readonly byteLength: number
  /** The word of row `row`, bytes that are not UTF-8 replaced by U+FFFD. Throws `out-of-range`. */
  word(row: number): string
  /** The first row of `word`, or −1. */
  find(word: string): number
}

/** The arrays of a vocabulary. */
export interface VocabularyParts {
  readonly bytes: Uint8Array
  readonly offsets: Uint32Array
  readonly counts?: Float64Array | undefined
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

/** A vocabulary over its arrays, which it keeps. Throws `bad-input` when they do not fit together. */
export function vocabulary(parts: VocabularyParts): Vocabulary {
  check(parts)
  const { bytes, offsets, counts } = parts
  const size = offsets.length - 1
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  let find: ((word: string) => number) | undefined
  let scans = maxScans
  return {
    size,
    bytes,
    offsets,
    ...(counts ? { counts } : {}),
    byteLength: bytes.byteLength + offsets.byteLength + (counts?.byteLength ?? 0),
    word(row) {
      if (!Number.isInteger(row) || row < 0 || row >= size) fail('out-of-range', `word ${row} of ${size}`)
      return decoder.decode(bytes.slice(offsets[row], offsets[row + 1]))
    },
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
