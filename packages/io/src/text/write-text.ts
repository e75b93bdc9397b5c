import type { Sink } from '@slimbed/core'
import { blocksOf, throwIfAborted } from '@slimbed/core/blocks'
import { SlimbedError } from '@slimbed/runtime'
import type { PlainVocabulary } from '@slimbed/runtime/format'
import { checkFinite } from '../binary/finite.js'
import { Appender } from '../write/appender.js'
import { checkWords, type Writable, type WriteOptions, wordsFor } from '../write/writable.js'
import { rowFaults } from './check-rows.js'
import { unreadableElsewhere } from './elsewhere.js'
import { longestFloat, writeFloat } from './format-float.js'
import { layoutOf, type TextLayout } from './layout.js'

const forbidden = new Map([
  [10, 'line end'],
  [13, 'carriage return']
])
const encoder = new TextEncoder()

/** Appends one line `word number … number`, the numbers `values[from .. from + dim)`. */
function appendRow(
  to: Appender,
  words: PlainVocabulary,
  row: number,
  values: Float32Array,
  from: number,
  dim: number
): void {
  const start = words.offsets[row]
  const end = words.offsets[row + 1]
  to.reserve(end - start + dim * longestFloat + 1)
  const { bytes } = to
  let p = to.length
  for (let q = start; q < end; q++) bytes[p++] = words.bytes[q]
  for (let j = from; j < from + dim; j++) {
    bytes[p++] = 32
    p = writeFloat(values[j], bytes, p)
  }
  bytes[p++] = 10
  to.length = p
}

/** Throws `bad-input` when a reader would misread a word, or the layout of the file, as with words that end in numbers. */
function checkLayout(lines: Uint8Array, whole: boolean, words: PlainVocabulary, dim: number, format: string): void {
  let why = 'their layout could not be told'
  let layout: TextLayout | undefined
  try {
    layout = layoutOf(lines, whole, 'these lines')
  } catch (error) {
    if (error instanceof Error) why = error.message
  }
  const header = format === 'vec'
  const start = layout && (header ? layout.header !== undefined : layout.header === undefined && layout.start === 0)
  if (!layout || !start || layout.dim !== dim || layout.wordless || layout.padded) {
    const message = `.${format} cannot hold these words unambiguously (${why}): write .bin or .safetensors`
    throw new SlimbedError('bad-input', message)
  }
  const fault = rowFaults(words, dim, layout.whole).find(({ problem }) => problem !== undefined)
  if (!fault) return
  const word = JSON.stringify(fault.word.slice(0, 40))
  const message = `.${format} cannot hold the word of row ${fault.row}, ${word}, which ends in a number: write .safetensors`
  throw new SlimbedError('bad-input', message)
}

/**
 * Writes GloVe text (`txt`), or word2vec text (`vec`) with its line `rows dim`; every number reads back as the same
 * float32. Resolves to the bytes written.
 *
 * Rejects with `bad-input` without words, or for words that the format cannot hold.
 */
export async function writeText(
  content: Writable,
  format: 'txt' | 'vec',
  sink: Sink,
  { progress, signal, warn }: WriteOptions = {}
): Promise<number> {
  const { matrix } = content
  const { rows, dim } = matrix
  const words = wordsFor(content, format)
  checkWords(words, format, forbidden)
  if (warn) unreadableElsewhere(words, format).forEach(warn)
  const to = new Appender(sink)
  if (format === 'vec') to.append(encoder.encode(`${rows} ${dim}\n`))
  const sampled = Math.min(rows, 66)
  for await (const { start, data } of blocksOf(matrix)) {
    checkFinite(data, dim, start, `.${format}`)
    for (let from = 0, row = start; from < data.length; from += dim, row++) {
      appendRow(to, words, row, data, from, dim)
      if (row === sampled - 1) {
        checkLayout(to.bytes.subarray(0, to.length), sampled === rows, words, dim, format)
      }
      // The first lines are checked together, before any of them is written.
      if (row >= sampled - 1) await to.flush()
    }
    throwIfAborted(signal)
    progress?.(start + data.length / dim, rows)
  }
  return to.flush(true)
}
