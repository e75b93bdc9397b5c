import { type ErrorCode, isSlimbedError, SlimbedError } from '@slimbed/runtime'

/** Runs `work`; its slimbed errors, which do not know the file, get its name in front, and `code` if given. */
export function naming<Result>(name: string, work: () => Result, code?: ErrorCode): Result {
  try {
    return work()
  } catch (error) {
    if (!isSlimbedError(error)) throw error
    throw new SlimbedError(code ?? error.code, `${name}: ${error.message}`, { cause: error })
  }
}
