const number = /^[+-]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?|nan|inf|infinity)$/i
const decimal = /^[+-]?(?:(?:\d+\.\d*|\.\d+)(?:e[+-]?\d+)?|\d+e[+-]?\d+)$/i
const whole = /^[+-]?\d+$/

/** Whether a field is spelt as a number. */
export const isNumber = (field: string): boolean => number.test(field)

/** Whether a field is a number with a point or an exponent, as coordinates have and words seldom. */
export const isDecimal = (field: string): boolean => decimal.test(field)

/** Whether a field is a whole number. */
export const isWhole = (field: string): boolean => whole.test(field)

const isGap = (character: string) => character === ' ' || character === '\t'

/** Where a line ends without the spaces, tabs and carriage returns after it. */
export function trimmedEnd(line: string): number {
  // Not a pattern for spaces at the end: it would try every run of them in the line.
  let end = line.length
  while (end > 0 && (isGap(line[end - 1]) || line[end - 1] === '\r')) end--
  return end
}

/** The fields of a line; the first is empty when the line begins with a gap. */
export const fieldsOf = (line: string): string[] => line.slice(0, trimmedEnd(line)).split(/[ \t]+/)

/** How many fields at the end of a line are numbers, the first field being a word whatever it looks like. */
export function numbersOf(line: string): number {
  const fields = fieldsOf(line)
  let count = 0
  while (count < fields.length - 1 && isNumber(fields[fields.length - 1 - count])) count++
  return count
}

/** A line before its last `dim` fields: the word, with all but one of the gaps around it. */
export function wordPart(line: string, dim: number): string {
  let end = trimmedEnd(line)
  for (let column = dim; column > 0 && end > 0; column--) {
    while (end > 0 && !isGap(line[end - 1])) end--
    if (column === 1) return line.slice(0, Math.max(0, end - 1))
    while (end > 0 && isGap(line[end - 1])) end--
  }
  return line.slice(0, end)
}
