import { SlimbedError } from '@slimbed/core'
import { CsvError, parse } from 'csv-parse/browser/esm/sync'
import type { Example } from './task.js'

const delimiters: Readonly<Record<string, string | undefined>> = { '.csv': ',', '.tsv': '\t' }

/** What the columns of a header may be called. */
const names = {
  label: ['label', 'class', 'category', 'target'],
  text: ['text', 'sentence', 'review', 'content', 'question']
}

const columnOf = (header: readonly string[], kind: keyof typeof names): number =>
  header.findIndex((cell) => names[kind].includes(cell.trim().toLowerCase()))

/** `label text` on each line; blank lines are left out. */
function fromLines(path: string, text: string): Example[] {
  const examples: Example[] = []
  for (const [i, line] of text.split('\n').entries()) {
    const trimmed = line.trim()
    if (trimmed === '') continue
    const end = trimmed.search(/\s/u)
    const [label, rest] = end < 0 ? [trimmed, ''] : [trimmed.slice(0, end), trimmed.slice(end + 1)]
    examples.push({ label, text: rest, where: `${path}, line ${i + 1}` })
  }
  return examples
}

interface Row {
  readonly record: readonly string[]
  readonly info: { readonly lines: number }
}

function parseRows(path: string, text: string, delimiter: string): Row[] {
  // Tables of tabs have no quotes: a quotation mark in them is one.
  const quote = delimiter === '\t' ? null : '"'
  try {
    const options = { delimiter, quote, info: true, relax_column_count: true, skip_empty_lines: true } as const
    return parse(text, options) as unknown as Row[]
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    throw new SlimbedError('bad-input', `${path}: ${error.message}`, { cause: error })
  }
}

/** Columns by the names in the first line, or else the first one of the label and the second of the text. */
function fromRows(path: string, rows: readonly Row[]): Example[] {
  const header = rows[0]?.record ?? []
  const [label, text] = [columnOf(header, 'label'), columnOf(header, 'text')]
  const named = label >= 0 && text >= 0
  return (named ? rows.slice(1) : rows).map(({ record, info }) => {
    const where = `${path}, line ${info.lines}`
    const [own, words] = [record[named ? label : 0], record[named ? text : 1]]
    if (own === undefined || words === undefined || (!named && record.length > 2)) {
      const expected = 'expected a label and a text, or a first line that names the columns label and text'
      throw new SlimbedError('bad-input', `${where}: ${expected}; found ${record.length} columns`)
    }
    return { label: own.trim(), text: words, where }
  })
}

/**
 * The texts of a file with their labels: `.csv` and `.tsv` as tables, all else as `label text` on each line. `path` tells the format, and
 * stands in errors. Throws `bad-input` for what it cannot read.
 */
export function examplesOf(path: string, text: string): Example[] {
  const delimiter = delimiters[/\.[^.]*$/.exec(path)?.[0].toLowerCase() ?? '']
  const examples = delimiter === undefined ? fromLines(path, text) : fromRows(path, parseRows(path, text, delimiter))
  const unlabelled = examples.find(({ label }) => label === '')
  if (unlabelled) throw new SlimbedError('bad-input', `${unlabelled.where}: the label is missing`)
  if (examples.length === 0) throw new SlimbedError('bad-input', `${path}: there are no texts in it`)
  return examples
}
