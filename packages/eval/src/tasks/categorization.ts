import { SlimbedError } from '@slimbed/core'
import { CsvError, parse } from 'csv-parse/browser/esm/sync'
import type { CategorizationTask } from './task.js'

/** Names of the column with the class; the first one found is used. */
const classColumns = ['category', 'class']

/** Where the word and the class are, if a heading names them. */
function columnsOf(heading: readonly string[]): { word: number; group: number } | undefined {
  const names = heading.map((name) => name.trim().toLowerCase())
  const word = names.indexOf('word')
  const group = classColumns.map((name) => names.indexOf(name)).find((at) => at >= 0)
  return word < 0 || group === undefined ? undefined : { word, group }
}

/** Whether a text is CSV with a heading that names words and classes. */
export const looksLikeCategorization = (text: string): boolean =>
  columnsOf(text.slice(0, Math.max(0, text.search(/[\r\n]/))).split(',')) !== undefined

function rowsOf(file: string, text: string): string[][] {
  try {
    return parse(text, { relax_column_count: true, relax_quotes: true })
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    throw new SlimbedError('bad-input', `${file}: ${error.message}`, { cause: error })
  }
}

/**
 * Reads CSV with a column `word` and one called `category` or `class`. Rows without a word are left out; a mark of the part of
 * speech (`chicken_N`) that all words have is cut off. Throws `bad-input` naming the row.
 */
export function parseCategorization(file: string, name: string, text: string): CategorizationTask {
  const [heading = [], ...rows] = rowsOf(file, text)
  const { word, group } = columnsOf(heading)!
  const words: string[] = []
  const classes: string[] = []
  for (const [i, row] of rows.entries()) {
    if (row.every((field) => field.trim() === '')) continue
    const fields = row.length === heading.length ? row : []
    const [found, label] = [fields[word]?.trim(), fields[group]?.trim()]
    if (found === undefined || !label) {
      const expected = `${heading.length} fields with a ${heading[group]}`
      const came = JSON.stringify(row.join(',').slice(0, 60))
      throw new SlimbedError('bad-input', `${file}, row ${i + 2}: expected ${expected}, came ${came}`)
    }
    if (found === '') continue
    words.push(found)
    classes.push(label)
  }
  const marked = words.every((found) => /._[A-Z]$/.test(found))
  return { kind: 'categorization', name, words: marked ? words.map((found) => found.slice(0, -2)) : words, classes }
}
