import { isSlimbedError, SlimbedError } from '@slimbed/core'

/** What `work` makes; its errors, which may not know the file, get its path in front. */
export async function naming<Result>(path: string, work: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (!isSlimbedError(error) || error.message.startsWith(`${path}:`)) throw error
    throw new SlimbedError(error.code, `${path}: ${error.message}`, { cause: error })
  }
}
