import { SlimbedError } from '@slimbed/core'
import { isClosedPipe } from './errors.js'
import { createProgress, type Progress } from './progress.js'

/** What a command has besides its arguments. */
export interface Session {
  readonly signal: AbortSignal
  readonly progress: Progress
  /** Shows a line about what a person should know, on stderr. */
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
      process.stderr.write(`slimbed: warning: ${line}\n`)
    }
  }
}

/**
 * Writes the result, with a line end, to stdout. Rejects with `io` when that fails, and as the stream does when nobody
 * reads on (`EPIPE`).
 */
export function print(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(`${text}\n`, (error) => {
      if (!error) resolve()
      else if (isClosedPipe(error)) reject(error)
      else reject(new SlimbedError('io', `stdout: the result cannot be written: ${error.message}`, { cause: error }))
    })
  })
}

/** Prints a value as JSON: one object. */
export const printJson = (value: object): Promise<void> => print(JSON.stringify(value, null, 2))
