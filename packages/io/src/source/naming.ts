import { type ErrorCode, isSlimbedError, SlimbedError } from '@slimbed/runtime'

/**
 * Runs `work`. Its slimbed errors do not name the file, so the name is put in front of their message; they also get `code`, if
 * given.
 */
export function naming<Result>(name: string, work: () => Result, code?: ErrorCode): Result {
  try {
    return work()
  } catch (error) {
    if (!isSlimbedError(error)) throw error
    throw new SlimbedError(code ?? error.code, `${name}: ${error.message}`, { cause: error })
  }
}
