import { SlimbedError } from '@slimbed/runtime'

/**
 * A `rows × dim` matrix of float32 that may be larger than memory: its rows are read in blocks.
 *
 * `read(start, count)` resolves to rows `start .. start + count`, row-major, `count · dim` values. The array may be a
 * view of shared storage: callers never write to it. Reads may overlap in time. Rejects with `out-of-range` beyond the end.
 *
 * `into`, an array of `count · dim` values that the caller has no other use for until then, may be filled and returned, so
 * that a pass over many blocks needs memory for a few; a matrix is free to return another array all the same.
 */
export interface Matrix {
  readonly rows: number
  readonly dim: number
  read(start: number, count: number, into?: Float32Array): Promise<Float32Array>
  /**
   * The same rows without a look for values that are not finite, where `read` rejects for them: for a pass whose results tell whether
   * there are any, and which then lets `read` say where.
   */
  readonly unchecked?: Matrix
}

/** Throws `out-of-range` unless rows `start .. start + count` exist of `rows`. */
export function checkRows(rows: number, start: number, count: number): void {
  if (Number.isInteger(start) && Number.isInteger(count) && start >= 0 && count >= 0 && start + count <= rows) return
  throw new SlimbedError('out-of-range', `rows ${start} to ${start + count} of a matrix of ${rows} rows`)
}
