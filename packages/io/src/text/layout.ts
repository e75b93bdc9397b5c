import { SlimbedError } from '@slimbed/runtime'
import { numbersOf, splitLine } from './fields.js'
import { endsInReturns } from './line-ends.js'
import {
  areWhole,
  checkSeparators,
  commentIn,
  isPadded,
  numbersInstead,
  onlyNumbers,
  sampleWarnings,
  whyNone
} from './sample.js'

/** Where in a text the vectors are, and how their lines are read. */
export interface TextPlace {
  readonly dim: number
  /** Where the first line with a vector begins, in bytes. */
  readonly start: number
  /** Whether the lines are numbers alone. */
  readonly wordless?: boolean | undefined
  /** Whether lines end in carriage returns alone. */
  readonly carriageReturns?: boolean | undefined
}

/** How a text file of vectors is laid out. */
export interface TextLayout extends TextPlace {
  /** The numbers in a first line `rows dim`, if there is one. */
  readonly header?: { readonly rows: number; readonly dim: number } | undefined
  /** Whether spaces around words only align the columns. */
  readonly padded: boolean
  /** Whether the numbers are whole ones. */
  readonly whole: boolean
  readonly warnings: readonly string[]
}

/** The number of lines from which the layout of a text is determined. */
export const sampleLines = 64
const latin1 = new TextDecoder('latin1')

/** The most frequent value; of equally frequent ones the first. */
function mode(values: readonly number[]): number {
  const times = new Map<number, number>()
  for (const value of values) times.set(value, (times.get(value) ?? 0) + 1)
  let best = values[0] ?? 0
  for (const [value, count] of times) if (count > (times.get(best) ?? 0)) best = value
  return best
}

const unknownBinary = (name: string) =>
  new SlimbedError(
    'bad-input',
    `${name}: expected vectors; it is binary, of a format that is not known: write .npy or text`
  )

/** Whether bytes are not text, judged by their control characters. */
function isBinary(head: Uint8Array): boolean {
  const some = head.subarray(0, 1024)
  const controls = some.filter((byte) => byte < 9 || (byte > 13 && byte < 32)).length
  return some.includes(0) || controls * 50 > some.length
}

/** The first lines of a text, without a line that is cut off at the end of `head`. */
function firstLines(head: Uint8Array, whole: boolean, name: string) {
  const start = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0
  const carriageReturns = endsInReturns(head)
  const text = latin1.decode(head.subarray(start))
  const lines = text.split(carriageReturns ? '\r' : '\n', sampleLines + 2)
  const complete = lines.length > sampleLines + 1 || !whole ? lines.slice(0, -1) : lines
  if (complete.length > 0) return { start, carriageReturns, text, lines: complete }
  if (isBinary(head)) throw unknownBinary(name)
  const message = `${name}: expected lines of vectors; there is no line end in ${head.length} bytes`
  throw new SlimbedError('bad-input', message)
}

/**
 * The layout of a text file from its first bytes: the number of columns is that of most of the first lines, so that words with
 * spaces do no harm. `whole` says that `head` is the whole file.
 *
 * Throws `bad-input` when these are not vectors, a first line `rows dim` contradicts the lines after it, or words and numbers are
 * joined by something else than spaces and tabs.
 */
export function layoutOf(head: Uint8Array, whole: boolean, name: string): TextLayout {
  const { start: mark, carriageReturns, text, lines } = firstLines(head, whole, name)
  const refuse = (line: number, message: string): never => {
    throw new SlimbedError('bad-input', `${name}, line ${line}: ${message}`)
  }
  const first = /^(\d+)[ \t]+(\d+)[ \t]*\r?$/.exec(lines[0])
  const rest = lines.slice(1).filter((line) => line.trim() !== '')
  const counts = rest.map(numbersOf)
  if (first && rest.length === 0) {
    const what = `nothing after the first line "${first[0].trim()}"`
    refuse(2, `expected vectors, came ${what}: the file is cut short`)
  }
  const told = first ? { rows: Number(first[1]), dim: Number(first[2]) } : undefined
  const place = (dim: number, header: TextLayout['header'], wordless = false): TextLayout => {
    const filled = header ? rest : lines.filter((line) => line.trim() !== '')
    const body = wordless ? [] : filled.map((line) => splitLine(line, dim))
    if (!wordless) checkSeparators(body, (line, message) => refuse(lines.indexOf(line) + 1, message))
    return {
      dim,
      start: header ? mark + lines[0].length + 1 : mark,
      header,
      wordless,
      carriageReturns,
      padded: isPadded(body),
      whole: areWhole(body),
      warnings: sampleWarnings(body, dim, name)
    }
  }
  /** Whether the lines have numbers alone: `count` of them, or as many as the first has. */
  const numbersAlone = (count: number | undefined) => {
    const skip = count === undefined ? 0 : 1
    const found = numbersInstead(lines.slice(skip), count)
    const everyLine = text.split(carriageReturns ? '\r' : '\n').slice(skip, -1)
    return found > 0 && onlyNumbers(everyLine, found) ? found : 0
  }
  if (told && numbersAlone(told.dim)) return place(told.dim, told, true)
  const dim = first ? mode(counts) : mode([numbersOf(lines[0]), ...counts].filter((count) => count > 0))
  if (told && !(dim === 1 && told.dim !== 1)) {
    // A word such as "windows 95" ends in a number, so a line may seem to have more numbers than it has, but never fewer.
    if (told.dim > 0 && (counts.includes(told.dim) || (dim > told.dim && Math.min(...counts) < dim))) {
      return place(told.dim, told)
    }
    refuse(1, `the header says ${told.dim} numbers a row; the lines after it have ${dim}`)
  }
  const columns = numbersAlone(undefined)
  if (columns > 0) return place(columns, undefined, true)
  const comment = dim > 0 ? commentIn(lines, dim) : undefined
  if (comment !== undefined) {
    const came = JSON.stringify(comment.slice(0, 40))
    refuse(1, `expected vectors, came ${came}: leave out comments (numpy.savetxt: without header)`)
  }
  if (dim > 0) return place(dim, undefined)
  if (isBinary(head)) throw unknownBinary(name)
  const came = JSON.stringify(lines[0].slice(0, 40))
  return refuse(1, `expected a word and its numbers, came ${came}${whyNone(lines)}`)
}
