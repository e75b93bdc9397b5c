import { isNumber } from '../text/fields.js'

/** Where a cell of a line begins and ends. */
export type Cell = readonly [from: number, to: number]

/** How the word is found in each line. */
export interface Columns {
  /** The cells of a line; undefined for one that is laid out otherwise. */
  readonly cells: (line: string) => readonly Cell[] | undefined
  /** The cell that is the word. */
  readonly word: number
  /** Whether the first line names the columns. */
  readonly heading: boolean
}

/** What a column of words may be called. */
export const isHeading = (text: string): boolean =>
  /^["'#]*\s*(?:words?|tokens?|labels?|names?|terms?|pieces?|vocab(?:ulary)?|keys?)["']?$/i.test(text.trim())

const gap = /[^ \t]+/g
const fieldsIn = (line: string): Cell[] =>
  Array.from(line.matchAll(gap), (match) => [match.index, match.index + match[0].length] as const)

function separated(line: string, separator: string): Cell[] {
  const cells: Cell[] = []
  for (let from = 0; ; ) {
    const to = line.indexOf(separator, from)
    cells.push([from, to < 0 ? line.length : to])
    if (to < 0) return cells
    from = to + 1
  }
}

const numberAt = (line: string, cell: Cell | undefined) => cell !== undefined && isNumber(line.slice(...cell).trim())

/** A number, then the word, or the word, then a number; words may have spaces in them. */
const beside = (line: string, numberFirst: boolean): readonly Cell[] | undefined => {
  const fields = fieldsIn(line)
  if (fields.length < 2) return undefined
  const [first, last] = [fields[0], fields[fields.length - 1]]
  const cells: Cell[] = numberFirst
    ? [first, [fields[1][0], last[1]]]
    : [[first[0], fields[fields.length - 2][1]], last]
  const [number, word] = numberFirst ? cells : [cells[1], cells[0]]
  return numberAt(line, number) && !line.slice(...word).includes('\t') ? cells : undefined
}

/** The columns of lines that all have as many cells, and numbers in all columns but one. */
function oneOfWords(
  lines: readonly string[],
  split: (line: string) => Cell[],
  mayHaveHeading: boolean
): Columns | undefined {
  const rows = lines.map((line) => ({ line, cells: split(line) }))
  const count = rows[0].cells.length
  if (count < 2 || rows.some(({ cells }) => cells.length !== count)) return undefined
  const all = Array.from({ length: count }, (_, column) => column)
  for (const heading of mayHaveHeading ? [false, true] : [false]) {
    const body = heading ? rows.slice(1) : rows
    const words = all.filter((column) => !body.every(({ line, cells }) => numberAt(line, cells[column])))
    if (body.length < 2 || words.length !== 1) continue
    const [word] = words
    const cells = (line: string) => {
      const found = split(line)
      const fits = found.length === count && found.every((cell, column) => column === word || numberAt(line, cell))
      return fits ? found : undefined
    }
    return { cells, word, heading }
  }
  return undefined
}

/** The column that a first line calls one of words. */
function named(lines: readonly string[], split: (line: string) => Cell[]): Columns | undefined {
  const titles = split(lines[0])
  const word = titles.findIndex((cell) => isHeading(lines[0].slice(...cell)))
  if (titles.length < 2 || word < 0) return undefined
  const cells = (line: string) => {
    const found = split(line)
    return found.length === titles.length ? found : undefined
  }
  return lines.every(cells) ? { cells, word, heading: true } : undefined
}

/** The columns of some lines, if they hold more than words; undefined if each line is one word. */
export function columnsOf(lines: readonly string[], mayHaveHeading: boolean): Columns | undefined {
  if (lines.length < 2) return undefined
  const byTab = (line: string) => separated(line, '\t')
  // Where tabs divide the lines, nothing else does.
  const tabbed = lines.every((line) => line.includes('\t'))
  const marks = tabbed ? [] : [',', ';', ':', '|', '=']
  for (const split of [byTab, fieldsIn, ...marks.map((mark) => (line: string) => separated(line, mark))]) {
    const found = oneOfWords(lines, split, mayHaveHeading)
    if (found) return found
  }
  const titled = mayHaveHeading ? named(lines, byTab) : undefined
  if (titled) return titled
  for (const numberFirst of [false, true]) {
    if (lines.every((line) => beside(line, numberFirst))) {
      return { cells: (line) => beside(line, numberFirst), word: numberFirst ? 1 : 0, heading: false }
    }
  }
  return undefined
}
