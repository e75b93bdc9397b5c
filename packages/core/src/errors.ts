// An entry of its own, which loads two files: programs that start quickly tell errors apart before they load anything else.
export { type ErrorCode, isSlimbedError, SlimbedError } from '@slimbed/runtime/error'

/** Whether an error says that memory could not be allocated. */
export const isOutOfMemory = (error: unknown): error is RangeError =>
  error instanceof RangeError &&
  /allocation failed|allocate memory|out of memory|Maximum memory size|Invalid (typed )?array( buffer)? length/i.test(
    error.message
  )
