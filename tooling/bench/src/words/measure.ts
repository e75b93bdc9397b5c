import { randomAt } from '@slimbed/core'
import { loadVocabulary, type Vocabulary } from '@slimbed/runtime'
import { type PlainVocabulary, packWords, sortedRows, wordsOfRows } from '@slimbed/runtime/format'

/** What words take and how long they take to find. */
export interface WordFigures {
  /** Of words, their order included, and of counts. */
  readonly bytesPerWord: number
  readonly bytesPerCount: number
  /** Microseconds of user CPU for a `find` and for a `word(row)`, of random words. */
  readonly findMicroseconds: number
  readonly wordMicroseconds: number
}

/**
 * How words are held: as in a file, as in a file with its rows in the order of words, or in memory as they are, with an offset of four
 * bytes each.
 */
export const places = ['file', 'sorted', 'memory'] as const

interface Held {
  readonly vocabulary: Vocabulary
  readonly wordBytes: number
  readonly countBytes: number
}

function packed(words: PlainVocabulary): Held {
  const tensors = packWords(words)
  const bytesOf = (name: string) => tensors[name]?.data.byteLength ?? 0
  const vocabulary = loadVocabulary(tensors, words.size)
  return { vocabulary, wordBytes: bytesOf('words'), countBytes: bytesOf('counts') + bytesOf('levels') }
}

const asTheyAre = (vocabulary: PlainVocabulary): Held => ({
  vocabulary,
  wordBytes: vocabulary.bytes.byteLength + vocabulary.offsets.byteLength,
  countBytes: vocabulary.counts?.byteLength ?? 0
})

const perPass = 20_000
const passes = 20

/** Microseconds of user CPU a call, in the pass that takes the least: other programs on the processor slow some of them. */
function microseconds(call: (index: number) => unknown): number {
  let least = Infinity
  for (let pass = 0; pass < passes; pass++) {
    const begun = process.cpuUsage()
    for (let i = 0; i < perPass; i++) call(i)
    least = Math.min(least, process.cpuUsage(begun).user / perPass)
  }
  return least
}

/** The figures of words held at `place`. Throws where a word is not found in its row. */
export function measureWords(words: PlainVocabulary, place: (typeof places)[number]): WordFigures {
  const ordered = place === 'sorted' ? wordsOfRows(words, sortedRows(words)) : words
  const { vocabulary, wordBytes, countBytes } = place === 'memory' ? asTheyAre(ordered) : packed(ordered)
  const random = randomAt(0, ['words'])
  const rows = Uint32Array.from({ length: perPass }, () => random() * words.size)
  const asked = Array.from(rows, (row) => ordered.word(row))
  for (const [i, row] of rows.entries()) {
    const found = vocabulary.find(asked[i])
    if (vocabulary.word(row) !== asked[i] || ordered.word(found) !== asked[i]) throw new Error(`row ${row} is lost`)
  }
  return {
    bytesPerWord: wordBytes / words.size,
    bytesPerCount: countBytes / words.size,
    findMicroseconds: microseconds((i) => vocabulary.find(asked[i])),
    wordMicroseconds: microseconds((i) => vocabulary.word(rows[i]))
  }
}
