import { type Context, type Matrix, SlimbedError, throwIfAborted } from '@slimbed/core'

/** What is done with rows `start … start + count`, given row-major. */
export type Visit = (block: Float32Array, start: number, count: number) => void

const blockValues = 2 ** 20

/** A function that passes over a matrix in blocks of rows, reading ahead by one; `passes` of them make the progress whole. */
export function createPass(matrix: Matrix, context: Context, passes: number): (visit: Visit) => Promise<void> {
  const { rows, dim } = matrix
  const size = Math.max(1, Math.floor(blockValues / dim))
  let done = 0
  const read = (start: number) => {
    const block = matrix.read(start, Math.min(size, rows - start))
    // Awaited later, or never when the block before it throws.
    block.catch(() => {})
    return block
  }
  return async (visit) => {
    let ahead = rows > 0 ? read(0) : undefined
    for (let start = 0; start < rows; start += size) {
      throwIfAborted(context.signal)
      const block = await ahead!
      const count = Math.min(size, rows - start)
      if (block.length !== count * dim) {
        const message = `fixedpoint: expected ${count} rows of ${dim} values from row ${start} on, read ${block.length}`
        throw new SlimbedError('bad-input', message)
      }
      ahead = start + count < rows ? read(start + count) : undefined
      visit(block, start, count)
      done += count
      context.progress(done, rows * passes)
    }
  }
}
