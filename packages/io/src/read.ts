import { SlimbedError, type Source } from '@slimbed/runtime'
import type { PlainVocabulary } from '@slimbed/runtime/format'
import { checkEndianness } from '@slimbed/runtime/format'
import { firstRows, firstWords } from './first-rows.js'
import { checkText, formatNamed, formatOf } from './formats/index.js'
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
    const { limit = Infinity, words: wordsSource } = options
    if (!(limit === Infinity || (Number.isInteger(limit) && limit >= 1))) {
      throw new SlimbedError('bad-option', `limit: expected an integer of 1 or more, got ${limit}`)
    }
    // Words of their own are those of all rows.
    const whole = await told.read(input, wordsSource ? { ...options, limit: undefined } : options)
    const others = wordsSource && (await readWordsOn(host, wordsSource, whole.matrix.rows, { signal: options.signal }))
    const content = { ...whole, matrix: firstRows(whole.matrix, limit) }
    const { matrix } = content
    const format = content.format === undefined ? told.name : formatNamed(content.format).name
    const all = others?.words ?? content.vocabulary
    const words = all && firstWords(all, limit)
    const warnings = [...content.warnings, ...(others?.warnings ?? (words ? wordWarnings(source.name, words) : []))]
    if (content.wordless && !words) warnings.push(`${source.name}: the lines are numbers alone: the rows have no words`)
    const base = { matrix, vocabulary: words, format, bytes: source.size, warnings, close }
    if (!options.counts) return base
    if (!words) {
      throw new SlimbedError(
        'bad-input',
        `${source.name} has no words to find in ${options.counts.name}; give its words`
      )
    }
    const counts = await readCountsOn(host, options.counts, { signal: options.signal })
    const { values, missing, smallest } = countsFor(words, counts)
    if (missing === words.size) {
      const message = `${options.counts.name} has a count for none of the ${missing} words of ${source.name}`
      throw new SlimbedError('bad-input', `${message}: is it for another table?`)
    }
    if (missing > 0) {
      warnings.push(
        `${options.counts.name}: ${missing} of ${words.size} words have no count; they get the smallest, ${smallest}`
      )
    }
    return { ...base, counts: values }
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
