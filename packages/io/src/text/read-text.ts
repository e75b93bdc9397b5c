import { SlimbedError } from '@slimbed/runtime'
import { type PlainVocabulary, vocabulary } from '@slimbed/runtime/format'
import type { CommonOptions, Content } from '../formats/format.js'
import { GrowingBytes } from '../source/growing.js'
import type { Input } from '../source/input.js'
import { rowFaults, trimmed } from './check-rows.js'
import { layoutOf, type TextLayout } from './layout.js'
import { matrixOfBlocks } from './matrix-of-blocks.js'
import type { TextBlock } from './parse-block.js'

/** Joins the ends of the words of each block into the offsets of all words. */
function offsetsOf(ends: readonly Uint32Array[], rows: number): Uint32Array {
  const offsets = new Uint32Array(rows + 1)
  let row = 0
  let base = 0
  for (const block of ends) {
    for (let i = 0; i < block.length; i++) offsets[++row] = base + block[i]
    base = offsets[row]
  }
  return offsets
}

/** The words of the rows. Suspicious words throw `bad-input` or give a warning, with the line. */
function wordsOf(
  words: PlainVocabulary,
  { dim, padded, whole }: TextLayout,
  lineOf: (row: number) => string,
  name: string
) {
  const vocabularyOf = padded ? vocabulary(trimmed(words)) : words
  const faults = rowFaults(vocabularyOf, dim, whole)
  const last = faults[faults.length - 1]
  if (last?.problem !== undefined) throw new SlimbedError('bad-input', `${name}, ${lineOf(last.row)}: ${last.problem}`)
  const [first] = faults
  if (!first) return { words: vocabularyOf, warnings: [] }
  const word = JSON.stringify(first.word.slice(0, 40))
  const more = faults.length === 1 ? '' : `, and ${faults.length - 1} more such words`
  return {
    words: vocabularyOf,
    warnings: [`${name}, ${lineOf(first.row)}: the word is ${word}, with a number in it${more}`]
  }
}

/** Warnings about a header that does not fit the file. Throws `corrupt-file` if the file is cut short. */
function headerWarnings(
  header: TextLayout['header'],
  rows: number,
  line: number,
  unended: boolean,
  name: string
): string[] {
  if (!header || rows === header.rows) return []
  if (rows < header.rows && (unended || rows === 0)) {
    const message = `${name}, line ${line}: expected ${header.rows} rows, as the header says; the file ends after ${rows}`
    throw new SlimbedError('corrupt-file', message)
  }
  const whole = rows < header.rows ? '; is the file whole?' : ''
  return [`${name}: the header says ${header.rows} rows, the file has ${rows}; all of them are read${whole}`]
}

/** The first rows of a block, at most `most`. */
function firstOf(block: TextBlock, dim: number, most: number): TextBlock {
  if (block.rows <= most) return block
  const ends = block.ends.subarray(0, most)
  return {
    ...block,
    rows: most,
    values: block.values.subarray(0, most * dim),
    ends,
    words: block.words.subarray(0, ends[most - 1])
  }
}

/**
 * Reads GloVe or word2vec text: the numbers as float32 in memory, the file through bounded windows. Lines of numbers alone give a
 * matrix without words.
 *
 * Rejects with `bad-input` naming the first line that is wrong, and with `corrupt-file` when there are fewer rows than
 * the header says and the last line has no end.
 */
export async function readText(input: Input, { limit = Infinity }: CommonOptions = {}): Promise<Content> {
  const { name, head, whole } = input
  const layout = layoutOf(head, whole, name)
  const { dim, header, wordless } = layout
  const values: Float32Array[] = []
  const ends: Uint32Array[] = []
  const words = new GrowingBytes()
  let rows = 0
  let unended = false
  const first = header ? 2 : 1
  let line = first
  for await (const block of input.parse(layout)) {
    line += block.lines
    if (block.problem !== undefined) throw new SlimbedError('bad-input', `${name}, line ${line}: ${block.problem}`)
    const some = firstOf(block, dim, limit - rows)
    values.push(some.values)
    ends.push(some.ends)
    words.append(some.words)
    rows += some.rows
    if (rows === limit) break
    unended ||= block.unended
  }
  const cut = unended ? [`${name}: the last line has no line end; the file may be cut short`] : []
  const warnings = [
    ...layout.warnings,
    ...cut,
    ...(rows === limit ? [] : headerWarnings(header, rows, line, unended, name))
  ]
  const content = { format: header ? 'vec' : 'txt', matrix: matrixOfBlocks(values, dim) }
  if (wordless) return { ...content, warnings, wordless }
  // After blank lines, which are skipped, the number of a row is not that of its line.
  const lineOf = (row: number) => (line - first === rows ? `line ${row + first}` : `row ${row} (from 0)`)
  const found = wordsOf(vocabulary({ bytes: words.finish(), offsets: offsetsOf(ends, rows) }), layout, lineOf, name)
  return { ...content, vocabulary: found.words, warnings: [...warnings, ...found.warnings] }
}
