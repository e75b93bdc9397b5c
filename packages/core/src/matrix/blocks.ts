import { type Matrix, SlimbedError } from '@slimbed/runtime'
import { readAhead } from './read-ahead.js'

/** Consecutive rows of a matrix. */
export interface Block {
  readonly start: number
  readonly count: number
  /** `count × dim`, row-major; the memory holds other rows once the next block is asked for. */
  readonly data: Float32Array
}

/**
 * The rows of a matrix in order, in blocks of about `bytes`; the next `depth` blocks are read while one is in use.
 * Rejects as the matrix does, and with `bad-input` when a read returns another number of values.
 */
export function blocksOf(matrix: Matrix, bytes = 4 * 2 ** 20, depth = 1): AsyncGenerator<Block> {
  const { rows, dim } = matrix
  const most = Math.max(1, Math.floor(bytes / (4 * dim)))
  const room = Array.from({ length: depth + 1 }, () => new Float32Array(Math.min(most, rows) * dim))
  const read = async (start: number): Promise<Block> => {
    const count = Math.min(most, rows - start)
    const into = room[(start / most) % room.length].subarray(0, count * dim)
    const data = await matrix.read(start, count, into)
    if (data.length === count * dim) return { start, count, data }
    const message = `a matrix returned ${data.length} values for ${count} rows of ${dim}, from row ${start}`
    throw new SlimbedError('bad-input', message)
  }
  let next = 0
  return readAhead(() => {
    const start = next
    next += most
    return start < rows ? read(start) : undefined
  }, depth)
}
