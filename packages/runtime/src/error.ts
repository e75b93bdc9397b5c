/** The code of an error, for programs. Codes are stable across releases. */
export type ErrorCode =
  | 'bad-input'
  | 'bad-option'
  | 'unknown-stage'
  | 'unknown-option'
  | 'unknown-word'
  | 'missing-package'
  | 'plugin-failed'
  | 'not-met'
  | 'corrupt-file'
  | 'unsupported'
  | 'out-of-range'
  | 'too-large'
  | 'not-found'
  | 'io'
  | 'aborted'

const brand = Symbol.for('slimbed.error')

/** The one error type of slimbed: `message` is one line saying what was expected, what came, and where. */
export class SlimbedError extends Error {
  readonly code: ErrorCode
  readonly [brand] = true

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'SlimbedError'
    this.code = code
  }
}

/** Whether `error` is a slimbed error (of the given code), also when another copy of the package threw it. */
export function isSlimbedError(error: unknown, code?: ErrorCode): error is SlimbedError {
  const known = error as SlimbedError | null | undefined
  return known?.[brand] === true && (code === undefined || known.code === code)
}

/**
 * Rethrows an error: `bad-input` from parts of a file that do not fit together becomes `corrupt-file`, other errors are
 * unchanged.
 */
export function asCorrupt(error: unknown, where?: string): never {
  if (!isSlimbedError(error, 'corrupt-file') && !isSlimbedError(error, 'bad-input')) throw error
  throw new SlimbedError('corrupt-file', where ? `${where}: ${error.message}` : error.message, { cause: error })
}
