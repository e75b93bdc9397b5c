import { SlimbedError } from '@slimbed/runtime'
import type { Matrix } from './matrix.js'

/** Consecutive rows of a matrix. */
export interface Block {
  readonly start: number
  readonly count: number
  /** `count × dim`, row-major; the memory holds other rows once the next block is asked for. */
  readonly data: Float32Array
}

/** The rows of one read: into one of two arrays, while the other is in use. */
function reader(matrix: Matrix, most: number) {
  const { rows, dim } = matrix
  const room = [0, 1].map(() => new Float32Array(Math.min(most, rows) * dim))
  return async (start: number): Promise<Block> => {
    const count = Math.min(most, rows - start)
    const data = await matrix.read(start, count, room[(start / most) & 1].subarray(0, count * dim))
    if (data.length === count * dim) return { start, count, data }
    const message = `a matrix returned ${data.length} values for ${count} rows of ${dim}, from row ${start}`
    throw new SlimbedError('bad-input', message)
  }
}

/**
 * The rows of a matrix in order, in blocks of about `bytes`; the next block is read while one is in use.
 * Rejects as the matrix does, and with `bad-input` when a read returns another number of values.
 */
export async function* blocksOf(matrix: Matrix, bytes = 4 * 2 ** 20): AsyncGenerator<Block> {
  const { rows, dim } = matrix
  const most = Math.max(1, Math.floor(bytes / (4 * dim)))
  const read = reader(matrix, most)
  let ahead = rows > 0 ? read(0) : undefined
  try {
    while (ahead) {
      const block: Block = await ahead
      const next = block.start + block.count
      ahead = next < rows ? read(next) : undefined
      // It may fail while the block before it is in use.
      ahead?.catch(() => {})
      yield block
    }
  } finally {
    await ahead?.catch(() => {})
  }
}
