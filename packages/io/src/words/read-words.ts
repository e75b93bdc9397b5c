import { SlimbedError } from '@slimbed/runtime'
import { type PlainVocabulary, vocabulary } from '@slimbed/runtime/format'
import { GrowingBytes, GrowingNumbers } from '../source/growing.js'
import type { Input } from '../source/input.js'
import { endsInReturns, withLineFeeds } from '../text/line-ends.js'
import { type Lines, linesOf } from '../text/lines.js'
import { type ReadWords, wordColumn } from './columns.js'

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** The lines of a text, after a byte order mark, if there is one. */
function linesIn(input: Input): AsyncGenerator<Lines> {
  const { head, name } = input
  const start = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0
  return linesOf(endsInReturns(head) ? withLineFeeds(input.chunks()) : input.chunks(), name, start)
}

/** The whole lines of a text as strings of many lines; the last character of each is a line end. */
export async function* textsOf(input: Input): AsyncGenerator<string> {
  for await (const { bytes, end } of linesIn(input)) yield decoder.decode(bytes.subarray(0, end))
}

/** The lines of a text as they are. */
async function readLines(input: Input): Promise<PlainVocabulary> {
  const words = new GrowingBytes()
  const ends = new GrowingNumbers()
  for await (const { bytes, end } of linesIn(input)) {
    words.reserve(end)
    for (let start = 0; start < end; ) {
      const lineEnd = bytes.indexOf(10, start)
      const stop = lineEnd > start && bytes[lineEnd - 1] === 13 ? lineEnd - 1 : lineEnd
      for (let p = start; p < stop; p++) words.bytes[words.length++] = bytes[p]
      ends.push(words.length)
      start = lineEnd + 1
    }
  }
  const offsets = new Uint32Array(ends.length + 1)
  offsets.set(ends.finish(), 1)
  return vocabulary({ bytes: words.finish(), offsets })
}

/** The words followed by rows without one, whose word is ''. */
function padded({ bytes, offsets, size }: PlainVocabulary, rows: number): PlainVocabulary {
  const longer = new Uint32Array(rows + 1).fill(bytes.length, size + 1)
  longer.set(offsets)
  return vocabulary({ bytes, offsets: longer })
}

/**
 * Reads the words of a table of `rows` rows: one a line, in row order, perhaps beside counts, scores or numbers of rows. Tables may
 * be longer than their words, as those of models often are; the last rows have the word '' then.
 *
 * Rejects with `bad-input` when there are more words than rows, or less than half as many.
 */
export async function readWords(input: Input, rows: number): Promise<ReadWords> {
  const { name } = input
  const lines = await readLines(input)
  const { words, warnings } = wordColumn(name, lines, rows)
  if (words.size === rows) return { words, warnings }
  if (words.size > 0 && words.size < rows && words.size * 2 >= rows) {
    const message = `${name}: ${words.size} words for ${rows} rows; the last ${rows - words.size} rows have no word`
    return { words: padded(words, rows), warnings: [...warnings, message] }
  }
  const message = `${name}: expected a word for each of the ${rows} rows, one a line; it has ${words.size} lines`
  throw new SlimbedError('bad-input', message)
}
