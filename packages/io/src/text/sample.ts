import { isDecimal, isNumber, isWhole, type SplitLine } from './fields.js'

// Decides from the first lines of a text how all of it is read. Lines come without their line feeds; blank lines are ignored.

const isBlank = (line: string) => line.trim() === ''
const allFields = (line: string): string[] => line.trim().split(/[ \t]+/)

/** Whether each line is `count` numbers and nothing else. */
export const onlyNumbers = (lines: readonly string[], count: number): boolean =>
  lines.every((line) => {
    if (isBlank(line)) return true
    const fields = allFields(line)
    return fields.length === count && fields.every(isNumber)
  })

/**
 * The number of columns if the lines are numbers without words, else 0. `count` is the number of columns in the header. Without a header,
 * the first fields are numbers of a vector if half of them are decimals, or if all fields are whole numbers and first fields repeat.
 */
export function numbersInstead(lines: readonly string[], count: number | undefined): number {
  const first = lines.find((line) => !isBlank(line))
  const columns = count ?? (first === undefined ? 0 : allFields(first).length)
  if (first === undefined || !onlyNumbers(lines, columns)) return 0
  if (count !== undefined) return columns
  const rows = lines.filter((line) => !isBlank(line)).map(allFields)
  const firsts = rows.map((fields) => fields[0])
  if (firsts.filter(isDecimal).length * 2 >= firsts.length) return columns
  const whole = columns > 1 && rows.every((fields) => fields.every(isWhole))
  return whole && new Set(firsts).size < firsts.length ? columns : 0
}

/** How many lines are checked number by number. */
const fewLines = 8

const fieldsIn = (numbers: string) => numbers.trim().split(/[ \t]+/)

/** Whether most numbers are whole ones. */
export function areWhole(lines: readonly SplitLine[]): boolean {
  const fields = lines.slice(0, fewLines).flatMap(({ numbers }) => fieldsIn(numbers))
  return fields.filter(isWhole).length * 2 > fields.length
}

/**
 * Whether spaces align the columns: most words have spaces before them or more than one after them, or there are several between numbers.
 */
export function isPadded(lines: readonly SplitLine[]): boolean {
  const padded = lines.filter(({ word }) => word.trim() !== '' && word.trim() !== word)
  const between = lines.some(({ numbers }) => /[ \t]{2}/.test(numbers))
  return padded.length > 0 && (between || padded.length * 2 >= lines.length)
}

/** A word that ends in a decimal number after a separator, perhaps with punctuation after it. */
const joinedDecimal = /.[\s,;:|=([{"'][+-]?(?:\d+\.\d*|\.\d+)(?:e[+-]?\d+)?[\s,;:|\])}"']*$/i
const joinedWhole = /(?:[,;|=][+-]?\d+|\s[+-]?\d+[,;|])[\s,;|]*$/

/** Calls `refuse` with the first such line if most words have numbers joined to them by commas or other separators. */
export function checkSeparators(lines: readonly SplitLine[], refuse: (line: string, message: string) => void): void {
  const joined = lines.filter(({ word }) => joinedDecimal.test(word.trimEnd()) || joinedWhole.test(word.trimEnd()))
  if (joined.length * 2 <= lines.length) return
  const word = JSON.stringify(joined[0].word.slice(0, 40))
  refuse(
    joined[0].line,
    `the word would be ${word}: put spaces or tabs, and nothing else, before and between the numbers`
  )
}

/** The first line if it is a comment: it begins with # and does not look like the lines after it. */
export function commentIn(lines: readonly string[], dim: number): string | undefined {
  const [first, ...others] = lines.filter((line) => !isBlank(line))
  if (first === undefined || !first.startsWith('#')) return undefined
  const fields = allFields(first)
  const after = others.find((line) => !line.startsWith('#'))
  const isRow = fields[0] === '#' && fields.slice(1).every(isNumber)
  if (after === undefined || (isRow && fields.length === allFields(after).length)) return undefined
  const numbers = numbersInstead(
    others.filter((line) => !line.startsWith('#')),
    undefined
  )
  return numbers > 0 || fields.slice(1).filter(isNumber).length < dim ? first : undefined
}

/** The reason why no line ends in a number, as the end of a message; empty if it is not known. */
export function whyNone(lines: readonly string[]): string {
  const some = lines.filter((line) => !isBlank(line)).slice(1, 9)
  const most = (pattern: RegExp) =>
    some.length > 0 && some.filter((line) => pattern.test(line)).length * 2 > some.length
  if (most(/[\s;][+-]?\d+,\d+\s*$/)) return ': write numbers with a point, not a comma, and spaces between them'
  if (most(/[,;|][ \t]*[+-]?(?:\d|\.\d)[^\s,;|]*[,;|]?\s*$/)) {
    return ': put spaces or tabs between the numbers (pandas: to_csv(path, sep=" ", header=False))'
  }
  if (most(/[\])}]\s*$/)) return ': leave out the brackets around the numbers'
  return ''
}

const firstIn = (numbers: string) => /^[^ \t]*/.exec(numbers)?.[0] ?? ''
const lastIn = (numbers: string) => numbers.slice(Math.max(numbers.lastIndexOf(' '), numbers.lastIndexOf('\t')) + 1)

/** Whether the first or the last number of every row is a whole number and the others are not, and that number in the first row. */
function wholeColumn(lines: readonly SplitLine[]): [which: string, number: string] | undefined {
  const ends = [['first', firstIn] as const, ['last', lastIn] as const]
  const found = ends.find(([, at]) =>
    lines.every(({ numbers }) => isWhole(at(numbers)) && Math.abs(Number(at(numbers))) > 1)
  )
  const fields = lines.slice(0, fewLines).flatMap(({ numbers }) => fieldsIn(numbers))
  const rows = Math.min(lines.length, fewLines)
  if (!found || fields.filter(isDecimal).length <= 0.9 * (fields.length - rows)) return undefined
  return [found[0], found[1](lines[0].numbers)]
}

/** Warnings about lines that can be read but look odd, one line each. */
export function sampleWarnings(lines: readonly SplitLine[], dim: number, name: string): string[] {
  if (lines.length < 3) return []
  const words = lines.map(({ word }) => word.trim())
  const warnings: string[] = []
  const column = dim < 3 ? undefined : wholeColumn(lines)
  if (column) {
    const [which, number] = column
    warnings.push(
      `${name}: the ${which} of the ${dim} numbers is a whole one on every line (${number}): is it a count?`
    )
  }
  const few = lines.slice(0, fewLines)
  if (words.every(isWhole) && few.every(({ numbers }) => fieldsIn(numbers).every(isWhole))) {
    warnings.push(
      `${name}: the first of the whole numbers on each line is taken for its word (${words[0]}, ${words[1]}, …)`
    )
  }
  const names = fieldsIn(lines[0].numbers).map(Number)
  if (dim > 2 && names.every((number, i) => number === names[0] + i) && (names[0] === 0 || names[0] === 1)) {
    warnings.push(
      `${name}: the numbers of the first row are ${names[0]}, ${names[1]}, ${names[2]} …: are they names of columns?`
    )
  }
  const mark = words[0].slice(-1)
  if (/[:;,|=]/.test(mark) && words.every((word) => word.length > 1 && word.endsWith(mark) && !word.startsWith(mark))) {
    const word = JSON.stringify(words[0].slice(0, 40))
    warnings.push(`${name}: each word ends in "${mark}", which is kept, such as ${word}: is it a separator?`)
  }
  const spaced = words.filter((word) => /[ \t]/.test(word))
  if (spaced.length * 2 > words.length) {
    warnings.push(`${name}: most words have spaces in them, such as ${JSON.stringify(spaced[0].slice(0, 40))}`)
  }
  return warnings
}
