import { fieldsOf, isDecimal, isNumber, isWhole, wordPart } from './fields.js'

// What the first lines of a text tell of all. Lines are without their line feed; blank ones count for nothing.

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
 * How many numbers each line has where there are no words; 0 where there are. `count` is what a header says. Without one, first
 * fields that are coordinates by their looks are no words, and neither are whole numbers that repeat in a table of whole numbers.
 */
export function numbersInstead(lines: readonly string[], count: number | undefined): number {
  const rows = lines.filter((line) => !isBlank(line)).map(allFields)
  const columns = count ?? rows[0]?.length ?? 0
  if (rows.length === 0 || !onlyNumbers(lines, columns)) return 0
  if (count !== undefined) return columns
  const firsts = rows.map((fields) => fields[0])
  if (firsts.filter(isDecimal).length * 2 >= firsts.length) return columns
  const whole = columns > 1 && rows.every((fields) => fields.every(isWhole))
  return whole && new Set(firsts).size < firsts.length ? columns : 0
}

/** Whether most numbers are whole ones. */
export function areWhole(lines: readonly string[], dim: number): boolean {
  const numbers = lines.flatMap((line) => fieldsOf(line).slice(-dim))
  return numbers.filter(isWhole).length * 2 > numbers.length
}

/**
 * Whether gaps around words are there to align columns: most words have more than one after them or any before them, or there are
 * such between numbers too.
 */
export function isPadded(lines: readonly string[], dim: number): boolean {
  const padded = lines.filter((line) => {
    const word = wordPart(line, dim)
    return word.trim() !== '' && word.trim() !== word
  })
  const between = lines.some((line) => /[ \t]{2}/.test(line.trim().slice(wordPart(line, dim).trim().length).trim()))
  return padded.length > 0 && (between || padded.length * 2 >= lines.length)
}

/** A number that ends the word and is set off from what is before it, perhaps with marks after it. */
const joinedDecimal = /.[\s,;:|=([{"'][+-]?(?:\d+\.\d*|\.\d+)(?:e[+-]?\d+)?[\s,;:|\])}"']*$/i
const joinedWhole = /(?:[,;|=][+-]?\d+|\s[+-]?\d+[,;|])[\s,;|]*$/

/** Calls `refuse` with the first line whose word has numbers joined to it by commas and the like, where most lines have such. */
export function checkSeparators(
  lines: readonly string[],
  dim: number,
  refuse: (line: string, message: string) => void
): void {
  const joined = lines.filter((line) => {
    const word = wordPart(line, dim).trimEnd()
    return joinedDecimal.test(word) || joinedWhole.test(word)
  })
  if (joined.length * 2 <= lines.length) return
  const word = JSON.stringify(wordPart(joined[0], dim).slice(0, 40))
  refuse(joined[0], `the word would be ${word}: put spaces or tabs, and nothing else, before and between the numbers`)
}

/** Why no line ends in a number, as the end of a message; nothing where it is not known. */
export function whyNone(lines: readonly string[]): string {
  if (lines[0].includes('\0')) return ': it is binary, of a format that is not known; write .npy, .safetensors or text'
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

/** What a person should know of lines that can be read: one line each. */
export function sampleWarnings(lines: readonly string[], dim: number, name: string): string[] {
  if (lines.length < 3) return []
  const words = lines.map((line) => wordPart(line, dim).trim())
  const numbers = lines.map((line) => fieldsOf(line).slice(-dim))
  const warnings: string[] = []
  const column = [0, dim - 1].find((at) => {
    const others = numbers.flatMap((fields) => fields.filter((_, i) => i !== at))
    return (
      dim > 2 &&
      numbers.every((fields) => isWhole(fields[at]) && Math.abs(Number(fields[at])) > 1) &&
      others.filter(isDecimal).length > 0.9 * others.length
    )
  })
  if (column !== undefined) {
    const which = column === 0 ? 'first' : 'last'
    warnings.push(
      `${name}: the ${which} of the ${dim} numbers is a whole one on every line (${numbers[0][column]}): is it a count?`
    )
  }
  if (words.every((word) => isWhole(word)) && numbers.every((fields) => fields.every(isWhole))) {
    warnings.push(
      `${name}: the first of the whole numbers on each line is taken for its word (${words[0]}, ${words[1]}, …)`
    )
  }
  if (words.every((word) => /^(["'`]).*\1$/.test(word) && word.length > 1)) {
    warnings.push(`${name}: every word is in quotes (${words[0].slice(0, 40)}), which are kept as part of it`)
  }
  const spaced = words.filter((word) => /[ \t]/.test(word))
  if (spaced.length * 2 > words.length) {
    warnings.push(`${name}: most words have spaces in them, such as ${JSON.stringify(spaced[0].slice(0, 40))}`)
  }
  return warnings
}
