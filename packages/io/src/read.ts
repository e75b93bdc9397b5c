import { SlimbedError, type Source } from '@slimbed/runtime'
import type { PlainVocabulary } from '@slimbed/runtime/format'
import { checkEndianness } from '@slimbed/runtime/format'
import type { CommonOptions, Content } from './formats/format.js'
import { checkText, formatNamed, formatOf } from './formats/index.js'
import { columnsBetween, type Range, rangeIn, rowsBetween, wordsBetween } from './part.js'
import type { Watch } from './source/chunks.js'
import { type Host, webHost } from './source/host.js'
import { type Input, openInput } from './source/input.js'
import type { ReadOptions, Vectors } from './vectors.js'
import type { ReadWords } from './words/columns.js'
import { readCountsOn } from './words/counts.js'
import { oddWords } from './words/oddities.js'
import { readWords } from './words/read-words.js'
import { repeatedRows } from './words/repeats.js'
import { countsFor } from './words/weights.js'

function duplicateWarning(name: string, words: PlainVocabulary): string[] {
  // Rows without a word are no repeats of each other.
  const rows = repeatedRows(words).filter((row) => words.offsets[row] < words.offsets[row + 1])
  if (rows.length === 0) return []
  const some = rows.slice(0, 3).map((row) => JSON.stringify(words.word(row).slice(0, 40)))
  const list = `${some.join(', ')}${rows.length > some.length ? ', …' : ''}`
  const what = rows.length === 1 ? 'row repeats a word' : 'rows repeat words'
  return [`${name}: ${rows.length} ${what} seen before (${list}); all are kept`]
}

/** Warnings about words, one line each; the words are read unchanged. */
const wordWarnings = (name: string, words: PlainVocabulary) => [
  ...oddWords(name, words),
  ...duplicateWarning(name, words)
]

/** `readWords` of a source on a given host. Rejects as it does, and with `unsupported` for a file that is not text. */
export async function readWordsOn(host: Host, source: Source, rows: number, watch: Watch = {}): Promise<ReadWords> {
  const input = await openInput(source, host, watch)
  checkText(input)
  const { words, warnings } = await readWords(input, rows)
  return { words, warnings: [...warnings, ...wordWarnings(source.name, words)] }
}

/** The rows that are asked for, counted from 0. Throws `bad-option` for an invalid range or limit. */
function rangeOf({ limit = Infinity, rows: [start, end] = [0, Infinity] }: CommonOptions): Range {
  if (!(limit === Infinity || (Number.isInteger(limit) && limit >= 1))) {
    throw new SlimbedError('bad-option', `limit: expected an integer of 1 or more, got ${limit}`)
  }
  return rangeIn([start, Math.min(end, start + limit)], Infinity, 'rows')
}

/** What vectors were read from. */
export interface Origin {
  readonly name: string
  readonly format: string
  /** On disk. */
  readonly bytes: number
}

/** The part of a content that the options ask for, with its words and counts. Rejects as `readVectors` does. */
export async function vectorsOf(
  host: Host,
  { name, format, bytes }: Origin,
  content: Content,
  { words: wordsSource, counts: countsSource, columns, signal, ...options }: ReadOptions,
  close: () => Promise<void>
): Promise<Vectors> {
  const { matrix: whole } = content
  const others = wordsSource && (await readWordsOn(host, wordsSource, whole.rows, { signal }))
  const part = rangeIn(rangeOf(options), whole.rows, `${name}: rows`)
  const rows = rowsBetween(whole, part)
  const matrix = columns ? columnsBetween(rows, rangeIn(columns, rows.dim, `${name}: columns`)) : rows
  const all = others?.words ?? content.vocabulary
  const words = all && wordsBetween(all, part)
  const warnings = [...content.warnings, ...(others?.warnings ?? (words ? wordWarnings(name, words) : []))]
  if (content.wordless && !words) warnings.push(`${name}: the lines are numbers alone: the rows have no words`)
  const base = { matrix, vocabulary: words, format, bytes, warnings, close }
  if (!countsSource) return base
  if (!words) {
    throw new SlimbedError('bad-input', `${name} has no words to find in ${countsSource.name}; give its words`)
  }
  const counts = await readCountsOn(host, countsSource, { signal })
  const { values, missing, smallest } = countsFor(words, counts)
  if (missing === words.size) {
    const message = `${countsSource.name} has a count for none of the ${missing} words of ${name}`
    throw new SlimbedError('bad-input', `${message}: is it for another table?`)
  }
  if (missing > 0) {
    warnings.push(
      `${countsSource.name}: ${missing} of ${words.size} words have no count; they get the smallest, ${smallest}`
    )
  }
  return { ...base, counts: values }
}

/**
 * `readVectors` on a given host, which unpacks gzip. The source is closed if reading fails, and by the `close` of the result.
 */
export async function readVectorsOn(host: Host, source: Source, options: ReadOptions = {}): Promise<Vectors> {
  let input: Input | undefined
  const close = async () => {
    await input?.close()
    await source.close?.()
  }
  try {
    checkEndianness()
    input = await openInput(source, host, options)
    const told = formatOf(input, options.formats)
    const [, end] = rangeOf(options)
    if (options.column !== undefined && told.name !== 'parquet' && told.name !== 'arrow') {
      throw new SlimbedError(
        'bad-option',
        `${source.name}: a column is chosen of a Parquet or an Arrow file; this is ${told.name}`
      )
    }
    // Words of their own are those of all rows.
    const limit = options.words || end === Infinity ? undefined : end
    const content = await told.read(input, { ...options, limit })
    const format = content.format === undefined ? told.name : formatNamed(content.format).name
    return await vectorsOf(host, { name: source.name, format, bytes: source.size }, content, options, close)
  } catch (error) {
    await close()
    throw error
  }
}

/**
 * Reads vectors. The format is detected from the content: GloVe text, word2vec or fastText text, word2vec binary, `.npy`, FAISS codes, `.safetensors`;
 * each may be compressed with gzip.
 *
 * Rejects with `bad-input`, `corrupt-file` or `unsupported`. The message is one line: what was expected, what was found, and where.
 */
export const readVectors = (source: Source, options?: ReadOptions): Promise<Vectors> =>
  readVectorsOn(webHost, source, options)
