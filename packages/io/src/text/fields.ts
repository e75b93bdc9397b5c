const number = /^[+-]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?|nan|inf|infinity)$/i
const decimal = /^[+-]?(?:(?:\d+\.\d*|\.\d+)(?:e[+-]?\d+)?|\d+e[+-]?\d+)$/i
const whole = /^[+-]?\d+$/

/** Whether a field has the form of a number. */
export const isNumber = (field: string): boolean => number.test(field)

/** Whether a field is a number with a decimal point or an exponent: coordinates have them, words seldom do. */
export const isDecimal = (field: string): boolean => decimal.test(field)

/** Whether a field is a whole number. */
export const isWhole = (field: string): boolean => whole.test(field)

/** Whether a line has a gap at `at`: a space or a tab. */
function isGap(line: string, at: number): boolean {
  const code = line.charCodeAt(at)
  return code === 32 || code === 9
}

/** Where a line ends without the spaces, tabs and carriage returns after it. */
export function trimmedEnd(line: string): number {
  // A loop, since a regular expression for trailing spaces would try every run of spaces in the line.
  let end = line.length
  while (end > 0 && (isGap(line, end - 1) || line[end - 1] === '\r')) end--
  return end
}

/** The fields of a line; the first is empty when the line begins with a gap. */
export const fieldsOf = (line: string): string[] => line.slice(0, trimmedEnd(line)).split(/[ \t]+/)

/** How many fields at the end of a line are numbers, not counting the first field, which is always a word. */
export function numbersOf(line: string): number {
  const fields = fieldsOf(line)
  let count = 0
  while (count < fields.length - 1 && isNumber(fields[fields.length - 1 - count])) count++
  return count
}

/** A line in two: the word, with all but one of the gaps around it, and the last `dim` fields. */
export interface SplitLine {
  readonly line: string
  readonly word: string
  /** The numbers and the gaps between them. */
  readonly numbers: string
}

/** A line in two, before its last `dim` fields. */
export function splitLine(line: string, dim: number): SplitLine {
  const stop = trimmedEnd(line)
  let end = stop
  for (let column = dim; column > 0 && end > 0; column--) {
    while (end > 0 && !isGap(line, end - 1)) end--
    if (column === 1) break
    while (end > 0 && isGap(line, end - 1)) end--
  }
  return { line, word: line.slice(0, Math.max(0, end - 1)), numbers: line.slice(end, stop) }
}
