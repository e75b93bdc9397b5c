import { isSlimbedError } from '@slimbed/core'

/** The code and message of the slimbed error that `run` ends with, or `accepted`. */
export async function refusal(run: () => unknown): Promise<string> {
  try {
    await run()
  } catch (error) {
    if (isSlimbedError(error)) return `${error.code}: ${error.message}`
    throw error
  }
  return 'accepted'
}
