import type { Matrix } from '@slimbed/runtime'
import { throwIfAborted } from '../../abort.js'
import { blocksOf } from '../../matrix/blocks.js'
import { sumsPerRow } from '../kernels/compare.js'

/** Rows for a pass that calls `rejectNotFinite` where its results are not finite. */
export const uncheckedOf = (matrix: Matrix): Matrix => matrix.unchecked ?? matrix

/** Rejects as `matrix.read` does for the first value that is not finite, if it does for any. */
export async function rejectNotFinite(matrix: Matrix, signal: AbortSignal | undefined): Promise<void> {
  if (!matrix.unchecked) return
  for await (const _ of blocksOf(matrix)) throwIfAborted(signal)
}

/** Whether the squared norms among the sums of some rows are. */
export function areSumsFinite(sums: Float64Array): boolean {
  let total = 0
  for (let at = 0; at < sums.length; at += sumsPerRow) total += sums[at]
  return Number.isFinite(total)
}

/** `rejectNotFinite` where one of the sums of some rows is not finite. */
export async function rejectSumsNotFinite(
  sums: Float64Array,
  matrix: Matrix,
  signal: AbortSignal | undefined
): Promise<void> {
  if (!areSumsFinite(sums)) await rejectNotFinite(matrix, signal)
}
