import { SlimbedError } from '@slimbed/core/errors'
import { printable, printableJson, printableLines } from '../show/text/printable.js'
import { isClosedPipe } from './errors.js'
import { createProgress, type Progress } from './progress.js'

/** What commands share besides their arguments: interruption, progress and warnings. */
export interface Session {
  readonly signal: AbortSignal
  readonly progress: Progress
  /** Shows a warning on stderr, one line. */
  warn(line: string): void
}

/** The session of one command; a quiet one shows neither progress nor warnings. */
export function createSession(signal: AbortSignal, quiet = false): Session {
  const progress = createProgress(process.stderr, quiet)
  return {
    signal,
    progress,
    warn(line) {
      if (quiet) return
      progress.clear()
      process.stderr.write(`slimbed: warning: ${printable(line)}\n`)
    }
  }
}

/**
 * Writes text, safe to show, and a line end. Rejects with `io`, and with the stream's error if the reader has closed it
 * (`EPIPE`).
 */
function write(text: string, stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(`${text}\n`, (error) => {
      if (!error) resolve()
      else if (isClosedPipe(error)) reject(error)
      else reject(new SlimbedError('io', `stdout: the result cannot be written: ${error.message}`, { cause: error }))
    })
  })
}

/** The stream for a report about a file: stdout, unless the file itself goes there. */
const streamBeside = (output?: string) => (output === '-' ? process.stderr : process.stdout)

/** Prints the result on stdout, or on stderr if the written file, `output`, went to stdout. Rejects as `write` does. */
export const print = (text: string, output?: string): Promise<void> => write(printableLines(text), streamBeside(output))

/** Prints a value as JSON, one object, where `print` does. */
export const printJson = (value: object, output?: string): Promise<void> =>
  write(printableJson(value), streamBeside(output))
