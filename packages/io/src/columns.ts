import { SlimbedError } from '@slimbed/runtime'

/** The columns of a file that can be rows of a table, and those that can be its words. */
export interface Columns {
  readonly vectors: string
  readonly words: string | undefined
  readonly warnings: readonly string[]
}

/** The names of columns. */
export interface ColumnNames {
  /** Of lists of numbers. */
  readonly vectors: readonly string[]
  readonly texts: readonly string[]
  /** All, as errors show them. */
  readonly shown: readonly string[]
}

/** Names that columns of words have. */
const wordNames = /^(word|words|token|tokens|term|key|label|text|name)s?$/i

const list = (names: readonly string[]) =>
  names.length > 20 ? `${names.slice(0, 20).join(', ')}, …` : names.join(', ')

/**
 * The column of lists of numbers: the one called `asked`, or the only one. Throws `bad-input`, naming the columns, where there is no such one. Words are those of the only
 * column of text, or of the one with a usual name.
 */
export function chooseColumns(
  name: string,
  { vectors, texts, shown }: ColumnNames,
  asked: string | undefined
): Columns {
  const usual = texts.filter((text) => wordNames.test(text))
  const words = texts.length === 1 ? texts[0] : usual.length === 1 ? usual[0] : undefined
  const several = `${name}: which column has the words is not clear (${list(texts)}): the rows have none`
  const warnings = words === undefined && texts.length > 1 ? [several] : []
  if (asked !== undefined && vectors.includes(asked)) return { vectors: asked, words, warnings }
  const [only, ...more] = vectors
  if (asked === undefined && only !== undefined && more.length === 0) return { vectors: only, words, warnings }
  const found = vectors.length > 0 ? list(vectors) : `none; its columns: ${list(shown)}`
  const what =
    asked === undefined
      ? 'expected one column of lists of numbers'
      : `column ${JSON.stringify(asked)} has no lists of numbers`
  const choose = vectors.length > 1 ? '; choose one (--column in the command)' : ''
  throw new SlimbedError('bad-input', `${name}: ${what}, those that have: ${found}${choose}`)
}
