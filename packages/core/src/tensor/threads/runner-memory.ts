import type { Matrix } from '@slimbed/runtime'
import { sumsPerRow } from '../kernels/compare.js'
import { readRows } from './read-rows.js'
import type { Runner } from './runner.js'

/**
 * Rows `start .. start + count` of a matrix, in memory that the runner lent, if the matrix can fill a given array; rejects as
 * `readRows` does.
 */
export async function lendRows(runner: Runner, matrix: Matrix, start: number, count: number): Promise<Float32Array> {
  const room = runner.lend(count * matrix.dim)
  const block = await readRows(matrix, start, count, room)
  if (block.buffer !== room.buffer) runner.release(room)
  return block
}

/** Room for the sums that `compareRows` has for so many rows, in memory that the runner lent. */
export const lendSums = (runner: Runner, rows: number): Float64Array =>
  new Float64Array(runner.lend(2 * rows * sumsPerRow).buffer, 0, rows * sumsPerRow)

/** A copy that every job can read. */
export function sharedCopy(runner: Runner, data: Float32Array): Float32Array {
  const shared = new Float32Array(runner.share(data.byteLength))
  shared.set(data)
  return shared
}
