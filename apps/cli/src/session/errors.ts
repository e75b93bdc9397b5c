import { type ErrorCode, isOutOfMemory, isSlimbedError } from '@slimbed/core/errors'
import { CommanderError } from 'commander'

/** Exit statuses: done, failed, bad usage or bad input, interrupted. */
export const status = { done: 0, failed: 1, bad: 2, interrupted: 130 } as const

const statusOf: Readonly<Partial<Record<ErrorCode, number>>> = {
  io: status.failed,
  'plugin-failed': status.failed,
  'not-met': status.failed,
  aborted: status.interrupted
}

const systemCode = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

/** Whether an error says that the reader of stdout has closed it, as `| head` does. */
export const isClosedPipe = (error: unknown): boolean => systemCode(error) === 'EPIPE'

/** The exit status that an error stands for. */
export function exitStatus(error: unknown): number {
  if (isSlimbedError(error)) return statusOf[error.code] ?? status.bad
  // Commander has shown the help or the version, on request or, with a status, because the command is missing.
  if (error instanceof CommanderError) return error.exitCode === 0 ? status.done : status.bad
  return status.failed
}

/** Text on one line. */
export const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, ' ').trim()

/** An error as one line of text for people. */
export function messageOf(error: unknown): string {
  const line = oneLine(error instanceof Error ? error.message : String(error))
  if (isOutOfMemory(error)) return `too large for memory: more was needed than there is (${line})`
  return isSlimbedError(error) ? line : `unexpected: ${line} (SLIMBED_DEBUG=1 shows where)`
}
