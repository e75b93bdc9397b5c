import type { Dense, Matrix } from '@slimbed/runtime'
import { throwIfAborted } from '../abort.js'
import { blocksOf } from '../matrix/blocks.js'

/**
 * `most` rows of a matrix without repeats, in order: all of them where there are no more (Knuth, TAOCP 2, 3.4.2, algorithm S). The
 * matrix is read once. Rejects as it does, and with `aborted`.
 */
export async function sampleRows(
  matrix: Matrix,
  most: number,
  random: () => number,
  signal?: AbortSignal
): Promise<Dense> {
  const { rows, dim } = matrix
  const wanted = Math.min(most, rows)
  const data = new Float32Array(wanted * dim)
  let taken = 0
  for await (const block of blocksOf(matrix)) {
    throwIfAborted(signal)
    for (let i = 0; i < block.count && taken < wanted; i++) {
      if (wanted < rows && random() * (rows - block.start - i) >= wanted - taken) continue
      data.set(block.data.subarray(i * dim, (i + 1) * dim), taken++ * dim)
    }
  }
  return { rows: wanted, dim, data }
}
