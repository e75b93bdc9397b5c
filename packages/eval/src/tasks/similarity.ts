import type { SimilarityTask } from './task.js'
import { badLine, type Line } from './text.js'

type Separator = '\t' | ';' | ',' | ' '

const separators: readonly Separator[] = ['\t', ';', ',']

/** What separates the fields of a file: tabs, else semicolons, else commas, else spaces. */
const separatorOf = ({ text }: Line): Separator => separators.find((each) => text.split(each).length > 2) ?? ' '

/** The fields of a line, without quotation marks around them. */
const fieldsOf = ({ text }: Line, separator: Separator): string[] =>
  text.split(separator === ' ' ? /\s+/ : separator).map((field) =>
    field
      .trim()
      .replace(/^(["'])(.*)\1$/s, '$2')
      .trim()
  )

/** A number; between semicolons it may have a comma for the point. */
const numberOf = (text: string | undefined, separator: Separator): number => {
  const plain = separator === ';' ? text?.replace(/^(-?\d+),(\d+)$/, '$1.$2') : text
  return plain ? Number(plain) : Number.NaN
}

/** Where the two words and the score are. */
interface Columns {
  readonly first: number
  readonly second: number
  readonly score: number
}

/** Names of the columns of words and scores, as sets of pairs have them; of scores, the first of them that there is. */
const wordNames = [
  /^(word|term|noun|verb|text|sentence)[ _]?(1|a)$|^first$/,
  /^(word|term|noun|verb|text|sentence)[ _]?(2|b)$|^second$/
]
const scoreNames = [
  /^(simlex|simverb)[-_]?\d*$/,
  /^human|\(mean\)$|^mean$|^average|^avg/,
  /^(score|sim|similarity|rating|relatedness|gold|gold[ _]standard|gs)$/
]

/** The columns that a heading names. */
function namedColumns(fields: readonly string[]): Columns | undefined {
  const names = fields.map((field) => field.toLowerCase())
  const at = (pattern: RegExp) => names.findIndex((name) => pattern.test(name))
  const score = scoreNames.map(at).find((column) => column >= 0) ?? -1
  const [first, second] = wordNames.map(at)
  return score < 0 || first < 0 || second < 0 ? undefined : { first, second, score }
}

/** The columns without a heading: two words, and the first number after them, as long as it is the third or the fourth column. */
function plainColumns(fields: readonly string[], separator: Separator): Columns | undefined {
  const isNumber = (field: string | undefined) => Number.isFinite(numberOf(field, separator))
  if (fields.length < 3 || !fields[0] || !fields[1]) return undefined
  const score = [2, 3].find((column) => isNumber(fields[column]))
  if (score === undefined) return undefined
  // Between spaces a line of text may look like that.
  const others = [
    ...fields.slice(2, score).map((field) => /^[a-z]$/i.test(field)),
    ...fields.slice(score).map(isNumber)
  ]
  const certain = others.every(Boolean) && !isNumber(fields[0])
  return separator === ' ' && !certain ? undefined : { first: 0, second: 1, score }
}

const isComment = ({ text }: Line) => text.startsWith('#')

/** The layout of lines without comments, and the number of lines that the heading takes. */
function layoutOf(lines: readonly Line[]): { separator: Separator; columns: Columns; heading: number } | undefined {
  for (const [i, line] of lines.slice(0, 2).entries()) {
    const separator = separatorOf(line)
    const fields = fieldsOf(line, separator)
    const named = namedColumns(fields)
    if (named) return { separator, columns: named, heading: i + 1 }
    const columns = plainColumns(fields, separator)
    if (columns) return { separator, columns, heading: i }
  }
  return undefined
}

const withoutComments = (lines: readonly Line[]) => lines.filter((line) => !isComment(line))

/** Whether these could be the lines of a word similarity set. */
export const looksLikeSimilarity = (lines: readonly Line[]): boolean => layoutOf(withoutComments(lines)) !== undefined

/** Words without a mark of the part of speech that all of them have (`sun-n`). */
function unmarked(first: readonly string[], second: readonly string[]): [readonly string[], readonly string[]] {
  const marked = [...first, ...second].every((word) => /.-[nvjar]$/.test(word))
  const bare = (words: readonly string[]) => (marked ? words.map((word) => word.slice(0, -2)) : words)
  return [bare(first), bare(second)]
}

/**
 * Reads a set of word pairs with scores, between tabs, semicolons, commas or spaces. A heading names the columns (`word1`, `word2`,
 * `SimLex999`, `human (mean)` …); without one they are two words, perhaps a part of speech, and the score; more columns, such as
 * those of each rater, are left out. Lines that begin with # are comments. Throws `bad-input` naming the line.
 */
export function parseSimilarity(file: string, name: string, lines: readonly Line[]): SimilarityTask {
  const pairs = withoutComments(lines)
  const layout = layoutOf(pairs)
  if (!layout) throw badLine(file, lines[0], 'word, word, number')
  const { separator, columns, heading } = layout
  const first: string[] = []
  const second: string[] = []
  const scores: number[] = []
  for (const line of pairs.slice(heading)) {
    const fields = fieldsOf(line, separator)
    const [a, b, score] = [fields[columns.first], fields[columns.second], numberOf(fields[columns.score], separator)]
    if (!a || !b || !Number.isFinite(score)) throw badLine(file, line, 'word, word, number')
    first.push(a)
    second.push(b)
    scores.push(score)
  }
  const [one, other] = unmarked(first, second)
  return { kind: 'similarity', name, first: one, second: other, scores }
}
