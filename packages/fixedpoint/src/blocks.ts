import { blocksOf, type Context, type Matrix, throwIfAborted } from '@slimbed/core'

/** What is done with rows `start … start + count`, given row-major. */
export type Visit = (block: Float32Array, start: number, count: number) => void

/** A function that passes over a matrix in blocks of rows, reading ahead by one; `passes` of them make the progress whole. */
export function createPass(matrix: Matrix, context: Context, passes: number): (visit: Visit) => Promise<void> {
  let done = 0
  return async (visit) => {
    for await (const { start, count, data } of blocksOf(matrix)) {
      throwIfAborted(context.signal)
      visit(data, start, count)
      done += count
      context.progress(done, matrix.rows * passes)
    }
  }
}
