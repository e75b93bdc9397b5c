import { SlimbedError } from '@slimbed/core'

/** Where in a text the vectors are. */
export interface TextPlace {
  readonly dim: number
  /** Where the first line with a vector begins, in bytes. */
  readonly start: number
}

/** How a text file of vectors is laid out. */
export interface TextLayout extends TextPlace {
  /** What a first line `rows dim` says, if there is one. */
  readonly header?: { readonly rows: number; readonly dim: number } | undefined
}

/** How many lines tell how a text is laid out. */
export const sampleLines = 64
const number = /^[+-]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?|nan|inf|infinity)$/i
const latin1 = new TextDecoder('latin1')

/** How many fields at the end of a line are numbers, the first field being a word whatever it looks like. */
export function numbersOf(line: string): number {
  // Not a pattern for spaces at the end: it would try every run of them in the line.
  let end = line.length
  while (end > 0 && ' \t\r'.includes(line[end - 1])) end--
  const fields = line.slice(0, end).split(/[ \t]+/)
  let count = 0
  while (count < fields.length - 1 && number.test(fields[fields.length - 1 - count])) count++
  return count
}

/** The most frequent value; of equally frequent ones the first. */
function mode(values: readonly number[]): number {
  const times = new Map<number, number>()
  for (const value of values) times.set(value, (times.get(value) ?? 0) + 1)
  let best = values[0] ?? 0
  for (const [value, count] of times) if (count > times.get(best)!) best = value
  return best
}

/**
 * The layout of a text file from its first bytes: the number of columns is what most of the first lines have, so that
 * words with spaces do not mislead. `whole` says that `head` is the whole file.
 *
 * Throws `bad-input` when these are not vectors, or a first line `rows dim` contradicts the lines after it.
 */
export function layoutOf(head: Uint8Array, whole: boolean, name: string): TextLayout {
  const mark = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0
  const lines = latin1.decode(head.subarray(mark)).split('\n', sampleLines + 2)
  const complete = lines.length > sampleLines + 1 || !whole ? lines.slice(0, -1) : lines
  if (complete.length === 0) {
    throw new SlimbedError(
      'bad-input',
      `${name}: expected lines of vectors; there is no line end in ${head.length} bytes`
    )
  }
  const first = /^(\d+)[ \t]+(\d+)[ \t]*\r?$/.exec(complete[0])
  const rest = complete.slice(1).filter((line) => line.trim() !== '')
  const counts = rest.map(numbersOf)
  if (first && rest.length === 0) {
    const what = `nothing after the first line "${first[0].trim()}"`
    throw new SlimbedError('bad-input', `${name}, line 2: expected vectors, came ${what}: the file is cut short`)
  }
  const dim = first ? mode(counts) : mode([numbersOf(complete[0]), ...counts].filter((count) => count > 0))
  if (first && !(dim === 1 && Number(first[2]) !== 1)) {
    const header = { rows: Number(first[1]), dim: Number(first[2]) }
    // A word such as "windows 95" ends in a number, so a line may seem to have more than it has; never fewer.
    if (header.dim > 0 && (counts.includes(header.dim) || (dim > header.dim && Math.min(...counts) < dim))) {
      return { dim: header.dim, header, start: mark + complete[0].length + 1 }
    }
    const came = `the lines after it have ${dim}`
    throw new SlimbedError('bad-input', `${name}, line 1: the header says ${header.dim} numbers a row; ${came}`)
  }
  if (dim > 0) return { dim, start: mark }
  const came = JSON.stringify(complete[0].slice(0, 40))
  throw new SlimbedError('bad-input', `${name}, line 1: expected a word and its numbers, came ${came}`)
}
