import { checkRows, type Matrix } from '@slimbed/core'

/**
 * The same matrix; when it is read in order, the block after the last is read while the caller is at work, which holds
 * one block of memory more. Reads into an array of the caller's pass through: it knows best when that is free.
 */
export function readAhead(matrix: Matrix): Matrix {
  const { rows, dim } = matrix
  let ahead: { readonly start: number; readonly count: number; readonly block: Promise<Float32Array> } | undefined
  let end = -1
  return {
    rows,
    dim,
    async read(start, count, into) {
      checkRows(rows, start, count)
      if (into) return matrix.read(start, count, into)
      const inOrder = start === end
      const ready = ahead?.start === start && ahead.count === count ? ahead.block : undefined
      ahead = undefined
      end = start + count
      const values = await (ready ?? matrix.read(start, count))
      const next = start + count
      if (inOrder && end === next && next < rows && count > 0) {
        const block = matrix.read(next, Math.min(count, rows - next))
        // A failure is met where the block is asked for, if it ever is.
        block.catch(() => {})
        ahead = { start: next, count: Math.min(count, rows - next), block }
      }
      return values
    }
  }
}
