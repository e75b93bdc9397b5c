/**
 * A `rows × dim` matrix of float32 that may be larger than memory: its rows are read in blocks.
 *
 * `read(start, count)` resolves to rows `start .. start + count`, row-major, `count · dim` values. The array may be a
 * view of shared storage: callers never write to it. Reads may overlap in time. Rejects with `out-of-range` beyond the end.
 */
export interface Matrix {
  readonly rows: number
  readonly dim: number
  read(start: number, count: number): Promise<Float32Array>
}
