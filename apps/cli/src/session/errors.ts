import { type ErrorCode, isSlimbedError } from '@slimbed/core'
import { CommanderError } from 'commander'

/** Exit statuses: done, failed, bad usage or bad input, interrupted. */
export const status = { done: 0, failed: 1, bad: 2, interrupted: 130 } as const

const statusOf: Readonly<Partial<Record<ErrorCode, number>>> = { io: status.failed, aborted: status.interrupted }

const systemCode = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

/** Whether an error says that nobody reads stdout any more, as after `| head`. */
export const isClosedPipe = (error: unknown): boolean => systemCode(error) === 'EPIPE'

/** The exit status that an error stands for. */
export function exitStatus(error: unknown): number {
  if (isSlimbedError(error)) return statusOf[error.code] ?? status.bad
  if (error instanceof CommanderError) return error.exitCode === 0 ? status.done : status.bad
  return status.failed
}

/** An error as the one line that a person reads. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  const line = text
    .replace(/^error: /, '')
    .replace(/\s*\n\s*/g, ' ')
    .trim()
  if (error instanceof CommanderError) return `${line.replace(/\.$/, '')}; see "slimbed --help"`
  if (isSlimbedError(error)) return line
  return `unexpected: ${line} (SLIMBED_DEBUG=1 shows where)`
}
