import { SlimbedError } from '@slimbed/core'

/** A file of a task: its name, as messages and results call it, and its bytes. */
export interface TaskFile {
  readonly name: string
  readonly bytes: Uint8Array
}

/** Text from bytes. */
export interface Decoded {
  readonly text: string
  /** What a person should know about how it was read. */
  readonly note?: string
}

/** The line, from 1, of the first bytes that are not UTF-8. */
function oddLine(bytes: Uint8Array): number {
  // The first `low` bytes are good; a character that is cut short at `middle` is not an error while streaming.
  let low = 0
  let high = bytes.length
  while (low + 1 < high) {
    const middle = (low + high) >> 1
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, middle), { stream: true })
      low = middle
    } catch {
      high = middle
    }
  }
  let line = 1
  for (let i = 0; i < low; i++) if (bytes[i] === 10) line++
  return line
}

/** The text of a file: UTF-8, else Latin-1 (as Windows-1252, its usual form), which is told. */
export function decodeText({ name, bytes }: TaskFile): Decoded {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) }
  } catch {
    const note = `${name}, line ${oddLine(bytes)}: not UTF-8; the file is read as Latin-1`
    return { text: new TextDecoder('windows-1252').decode(bytes), note }
  }
}

/** A line of a file: its text, its number from 1. */
export interface Line {
  readonly text: string
  readonly number: number
}

/** The lines that have more than white space. Carriage returns end lines where nothing else does. */
export const linesOf = (text: string): Line[] =>
  text
    .split(text.includes('\n') ? '\n' : '\r')
    .map((line, i) => ({ text: line.trim(), number: i + 1 }))
    .filter((line) => line.text !== '')

/** The error of a line: what was expected and what came. */
export const badLine = (name: string, { text, number }: Line, expected: string): SlimbedError =>
  new SlimbedError(
    'bad-input',
    `${name}, line ${number}: expected ${expected}, came ${JSON.stringify(text.slice(0, 60))}`
  )

/** A file's name without folders and the last ending. */
export const stemOf = (name: string): string => name.replace(/^.*[/\\]/, '').replace(/(?<=.)\.[^.]*$/, '')
