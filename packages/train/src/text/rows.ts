import { SlimbedError } from '@slimbed/core'
import { CsvError, parse } from 'csv-parse/browser/esm/sync'
import { checkOne, markedLabels } from './lines.js'
import type { Example } from './task.js'

/** What the columns of a heading may be called. */
const names = {
  label: ['label', 'class', 'category', 'target'],
  text: ['text', 'sentence', 'review', 'content', 'question']
}

interface Row {
  readonly cells: readonly string[]
  readonly where: string
}

interface Columns {
  readonly label: number
  readonly text: number
  /** Rows that the heading takes: one or none. */
  readonly heading: number
}

function fail({ where }: Row, message: string): never {
  throw new SlimbedError('bad-input', `${where}: ${message}`)
}

/** The rows of a table; those without a character in them are left out. */
function parseRows(path: string, text: string, delimiter: string): Row[] {
  // Tables of tabs have no quotes: a quotation mark in them is one.
  const quote = delimiter === '\t' ? null : '"'
  const options = { delimiter, quote, info: true, relax_column_count: true, skip_empty_lines: true } as const
  try {
    const rows = parse(text, options) as unknown as { record: string[]; info: { lines: number } }[]
    return rows
      .filter(({ record }) => record.some((cell) => cell.trim() !== ''))
      .map(({ record, info }) => ({ cells: record, where: `${path}, line ${info.lines}` }))
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    throw new SlimbedError('bad-input', `${path}: ${error.message}`, { cause: error })
  }
}

const wanted = 'a first line that names the columns label and text'

/** The column that a heading gives one of the names; -1 if none. Throws `bad-input` for two with the same name. */
function columnOf(heading: Row, kind: keyof typeof names): number {
  const cells = heading.cells.map((cell) => cell.trim().toLowerCase())
  const name = names[kind].find((each) => cells.includes(each))
  if (name === undefined) return -1
  if (cells.indexOf(name) !== cells.lastIndexOf(name)) {
    fail(heading, `two columns are called ${name}; a text has one label: keep one column`)
  }
  return cells.indexOf(name)
}

const distinct = (rows: readonly Row[], column: number) => new Set(rows.map(({ cells }) => cells[column]?.trim())).size

/** Throws `bad-input` for two columns that are probably not a label and a text: a heading with other names, or the text first. */
function checkPlain(rows: readonly Row[], named: number): void {
  const [first, ...others] = rows
  const counts = new Map<string, number>()
  for (const { cells } of rows) counts.set(cells[0], (counts.get(cells[0]) ?? 0) + 1)
  const once = [...counts.values()].filter((count) => count === 1).length
  const isHeading =
    named >= 0
      ? others.length > 0 && others.every(({ cells }) => cells[named] !== first.cells[named])
      : rows.length >= 8 && once === 1 && counts.get(first.cells[0]) === 1
  if (isHeading) {
    const cells = first.cells.map((cell) => JSON.stringify(cell.slice(0, 40))).join(' and ')
    fail(first, `${cells} may be names of columns: expected ${wanted}, or rows alone with every label in two or more`)
  }
  const labels = distinct(rows, 0)
  if (rows.length >= 4 && labels * 2 > rows.length && labels > distinct(rows, 1)) {
    fail(first, `the first column has ${labels} different values: if it is the text, add ${wanted}`)
  }
}

const countOf = ({ cells: { length } }: Row) => `${length} column${length === 1 ? '' : 's'}`

/** Columns by the names in the first line; without names the first is the label and the second the text. */
function columnsOf(rows: readonly Row[]): Columns {
  const [first] = rows
  const [label, text] = [columnOf(first, 'label'), columnOf(first, 'text')]
  if (label >= 0 && text >= 0) return { label, text, heading: 1 }
  const odd = rows.find(({ cells }) => cells.length !== 2)
  if (odd) fail(odd, `expected a label and a text, or ${wanted}; found ${countOf(odd)}`)
  checkPlain(rows, Math.max(label, text))
  return { label: 0, text: 1, heading: 0 }
}

/** The texts of a table, with their labels. Throws `bad-input`. */
export function fromRows(path: string, text: string, delimiter: string): Example[] {
  const rows = parseRows(path, text, delimiter)
  if (rows.length === 0) return []
  const columns = columnsOf(rows)
  return rows.slice(columns.heading).map((row) => {
    const [label, words] = [row.cells[columns.label], row.cells[columns.text]]
    if (label === undefined || words === undefined) {
      fail(row, `expected a label and a text; found ${countOf(row)}`)
    }
    checkOne(markedLabels(label), row.where)
    const [marked] = markedLabels(words)
    if (marked !== undefined) {
      fail(
        row,
        `a label in the text, ${JSON.stringify(marked.slice(0, 60))}; labels have their own column: take it out`
      )
    }
    return { label: label.trim(), text: words, where: row.where }
  })
}
