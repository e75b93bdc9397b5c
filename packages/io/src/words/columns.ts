import { SlimbedError } from '@slimbed/runtime'
import { type PlainVocabulary, vocabulary } from '@slimbed/runtime/format'
import { trimmed } from '../text/check-rows.js'
import { type Cell, type Columns, columnsOf, isHeading } from './cells.js'
import { repeatedRows } from './repeats.js'

/** Words, and warnings about how they were read, one line each. */
export interface ReadWords {
  readonly words: PlainVocabulary
  readonly warnings: readonly string[]
}

/** The number of lines that are examined to find out whether they hold more than a word. */
const sampleLines = 64
/** Longer lines are not split into cells. */
const longestLine = 4096
// One character for each byte, so that places in a line are places in its bytes.
const latin1 = new TextDecoder('latin1')

const lineOf = ({ bytes, offsets }: PlainVocabulary, row: number) =>
  latin1.decode(bytes.subarray(offsets[row], offsets[row + 1]))

/** Parts of `bytes`, in this order, as words. */
function gathered(bytes: Uint8Array, parts: readonly Cell[]): PlainVocabulary {
  const offsets = new Uint32Array(parts.length + 1)
  parts.forEach(([from, to], i) => {
    offsets[i + 1] = offsets[i] + to - from
  })
  const out = new Uint8Array(offsets[parts.length])
  parts.forEach(([from, to], i) => {
    out.set(bytes.subarray(from, to), offsets[i])
  })
  return vocabulary({ bytes: out, offsets })
}

/** Words `start .. end` of some. */
const slice = ({ bytes, offsets }: PlainVocabulary, start: number, end: number): PlainVocabulary =>
  gathered(
    bytes,
    Array.from({ length: end - start }, (_, i) => [offsets[start + i], offsets[start + i + 1]] as const)
  )

/**
 * The order given by row numbers: they start at 0 or 1, and each occurs once. Falling numbers do not count, because they may be
 * frequencies.
 */
function orderOf(numbers: Float64Array): Uint32Array | undefined {
  const least = numbers.reduce((a, b) => Math.min(a, b), Infinity)
  if (numbers.length < 3 || (least !== 0 && least !== 1)) return undefined
  const order = new Uint32Array(numbers.length)
  const seen = new Uint8Array(numbers.length)
  for (let i = 0; i < numbers.length; i++) {
    const row = numbers[i] - least
    if (!(row < numbers.length) || row !== Math.floor(row) || seen[row]) return undefined
    seen[row] = 1
    order[row] = i
  }
  const isMoved = order.some((from, row) => from !== row)
  const isReversed = order.every((from, row) => from === numbers.length - 1 - row)
  return isMoved && !isReversed ? order : undefined
}

/** The words of lines that hold numbers beside them. */
function fromColumns(name: string, lines: PlainVocabulary, { cells, word, heading }: Columns): ReadWords {
  const from = heading ? 1 : 0
  const parts: Cell[] = []
  const numbers: Float64Array[] = []
  for (let row = from; row < lines.size; row++) {
    const line = lineOf(lines, row)
    const found = cells(line)
    if (!found) {
      const came = JSON.stringify(lines.word(row).slice(0, 40))
      const message = `${name}, line ${row + 1}: expected a word beside numbers, as on the lines before, came ${came}`
      throw new SlimbedError('bad-input', message)
    }
    const start = lines.offsets[row]
    parts.push([start + found[word][0], start + found[word][1]])
    found.forEach((cell, column) => {
      if (column === word) return
      numbers[column] ??= new Float64Array(lines.size - from)
      numbers[column][row - from] = Number(line.slice(...cell))
    })
  }
  const order = numbers.map(orderOf).find((found) => found !== undefined)
  const sorted = order ? Array.from(order, (row) => parts[row]) : parts
  const example = JSON.stringify(lines.word(from).slice(0, 40))
  const ordered = order ? ', in the order of their numbers' : ''
  const message = `${name}: the lines hold numbers beside the words, such as ${example}; column ${word + 1} is taken for the words${ordered}`
  return { words: gathered(lines.bytes, sorted), warnings: [message] }
}

/** The same words without spaces around them, if most have them and no two words become equal. */
function withoutPadding(name: string, words: PlainVocabulary): ReadWords {
  const { bytes, offsets, size } = words
  const isGap = (at: number) => bytes[at] === 32 || bytes[at] === 9
  let around = 0
  for (let row = 0; row < size; row++) {
    if (offsets[row] < offsets[row + 1] && (isGap(offsets[row]) || isGap(offsets[row + 1] - 1))) around++
  }
  if (around * 2 <= size) return { words, warnings: [] }
  const bare = vocabulary(trimmed(words))
  if (repeatedRows(bare).length > repeatedRows(words).length) return { words, warnings: [] }
  return { words: bare, warnings: [`${name}: the spaces around the words are left out`] }
}

/** The words of lines: one each, or one beside numbers, of a table of `rows` rows. */
export function wordColumn(name: string, lines: PlainVocabulary, rows: number): ReadWords {
  let end = lines.size
  while (end > rows && lines.offsets[end - 1] === lines.offsets[end]) end--
  const filled = end === lines.size ? lines : slice(lines, 0, end)
  const sample = Array.from({ length: Math.min(sampleLines, end) }, (_, row) => lineOf(filled, row))
  const short = sample.every((line) => line.length <= longestLine)
  const columns = short ? columnsOf(sample, end === rows + 1) : undefined
  const found = columns ? fromColumns(name, filled, columns) : undefined
  // Lines that differ in their numbers alone are words, as "route 66" is.
  if (found && (repeatedRows(found.words).length * 2 <= end || repeatedRows(filled).length * 2 > end)) {
    const { words, warnings } = withoutPadding(name, found.words)
    return { words, warnings: [...found.warnings, ...warnings] }
  }
  if (sample.length > 1 && sample.every((line) => line.includes('\t'))) {
    const count = sample[0].split('\t').length
    const message = `${name}, line 1: expected one word a line, came ${count} columns: leave the words alone (cut -f1)`
    throw new SlimbedError('bad-input', message)
  }
  const heading = end === rows + 1 && isHeading(sample[0])
  const { words, warnings } = withoutPadding(name, heading ? slice(filled, 1, end) : filled)
  return {
    words,
    warnings: heading ? [`${name}: the first line, ${JSON.stringify(sample[0])}, is left out`, ...warnings] : warnings
  }
}
