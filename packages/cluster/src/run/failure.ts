import { type ErrorCode, isSlimbedError, SlimbedError } from '@slimbed/core/errors'

/** An error as the text of a failed job. */
export const written = (error: unknown): string =>
  JSON.stringify({
    code: isSlimbedError(error) ? error.code : 'io',
    message: error instanceof Error ? error.message : String(error)
  })

/** The error that a job failed with, of what it was to do. Jobs that BullMQ gave up have its text. */
export function failureOf(reason: string, what: string): SlimbedError {
  try {
    const { code, message } = JSON.parse(reason) as { code: ErrorCode; message: string }
    if (typeof message === 'string') return new SlimbedError(code, message)
  } catch {}
  return new SlimbedError('io', `${what}: ${reason}`)
}
