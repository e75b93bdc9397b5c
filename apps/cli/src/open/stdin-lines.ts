import { SlimbedError } from '@slimbed/core'
import { openStdin } from '@slimbed/io/node'
import type { Session } from '../session/session.js'

const mostBytes = 256 * 2 ** 20

/** Words or texts from the command line. */
export interface Given {
  readonly args: readonly string[]
  /** Whether they follow `--`, which makes `-` a word. */
  readonly literal: boolean
}

/** A line of stdin. */
export interface Line {
  readonly text: string
  /** `stdin, line 3`. */
  readonly where: string
}

/** Whether to read lines from stdin: for `-`, or without arguments if stdin is not a terminal. */
const meansStdin = ({ args, literal }: Given) =>
  args.length === 0 ? !process.stdin.isTTY : args.length === 1 && args[0] === '-' && !literal

/** The lines of a text, as they are; after the last line end there is none. */
const everyLine = (text: string): string[] =>
  text
    .replace(/\r?\n$/, '')
    .split('\n')
    .map((line) => line.replace(/\r$/, ''))

/**
 * The lines of stdin without blank ones, and without white space around them, or with `blank` all of them as they are, if stdin is to be read;
 * undefined if there are arguments to use. Rejects with `bad-option` for neither, `bad-input` for no lines, or for what is not UTF-8 or is more than
 * 256 MiB, and as `openStdin` does.
 */
export async function stdinLines(
  given: Given,
  what: string,
  { signal }: Session,
  { blank = false }: { readonly blank?: boolean } = {}
): Promise<Line[] | undefined> {
  if (!meansStdin(given)) {
    if (given.args.length > 0) return undefined
    throw new SlimbedError('bad-option', `give a ${what}, or - for lines of them on stdin`)
  }
  const source = await openStdin(signal)
  if (source.size > mostBytes) throw new SlimbedError('bad-input', 'stdin: expected at most 256 MiB of lines; split it')
  const bytes = await source.read(0, source.size)
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw new SlimbedError('bad-input', 'stdin: the lines are not UTF-8', { cause: error })
  }
  const all = everyLine(text).map((line, i) => ({ text: blank ? line : line.trim(), where: `stdin, line ${i + 1}` }))
  const lines = blank && text !== '' ? all : all.filter((line) => line.text !== '')
  if (lines.length > 0) return lines
  throw new SlimbedError('bad-input', `stdin: there are no lines in it; a ${what} that is - goes after --: -- -`)
}
