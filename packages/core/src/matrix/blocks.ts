import { type Matrix, SlimbedError } from '@slimbed/runtime'
import { readAhead } from './read-ahead.js'

/** Consecutive rows of a matrix. */
export interface Block {
  readonly start: number
  readonly count: number
  /** `count × dim`, row-major; the memory holds other rows once the next block is asked for. */
  readonly data: Float32Array
}

/** Which rows of a matrix are read, and how. */
export interface BlockRange {
  /** The rows: `count` from `start` on, all unless given. */
  readonly start?: number
  readonly count?: number
  /** Bytes of a block, about; 4 MiB unless given. */
  readonly bytes?: number | undefined
  /** Blocks that are read while one is in use; 1 unless given. */
  readonly depth?: number | undefined
}

/** Rows of a matrix in order, in blocks of about `bytes`. Rejects as `blocksOf` does. */
export function blocksIn(
  matrix: Matrix,
  { start: from = 0, count: wanted = matrix.rows - from, bytes = 4 * 2 ** 20, depth = 1 }: BlockRange = {}
): AsyncGenerator<Block> {
  const { dim } = matrix
  const end = from + wanted
  const most = Math.max(1, Math.floor(bytes / (4 * dim)))
  const room = Array.from({ length: depth + 1 }, () => new Float32Array(Math.min(most, wanted) * dim))
  const read = async (start: number): Promise<Block> => {
    const count = Math.min(most, end - start)
    const into = room[((start - from) / most) % room.length].subarray(0, count * dim)
    const data = await matrix.read(start, count, into)
    if (data.length === count * dim) return { start, count, data }
    const message = `a matrix returned ${data.length} values for ${count} rows of ${dim}, from row ${start}`
    throw new SlimbedError('bad-input', message)
  }
  let next = from
  return readAhead(() => {
    const start = next
    next += most
    return start < end ? read(start) : undefined
  }, depth)
}

/**
 * The rows of a matrix in order, in blocks of about `bytes`; the next `depth` blocks are read while one is in use.
 * Rejects as the matrix does, and with `bad-input` when a read returns another number of values.
 */
export const blocksOf = (matrix: Matrix, bytes?: number, depth?: number): AsyncGenerator<Block> =>
  blocksIn(matrix, { bytes, depth })
