/** Rows to choose paths for: the complete input of a kernel. */
export interface PathJob {
  /** `rows × dim`, row-major, in units of the levels: each value over its scale and its row's gain. */
  readonly y: Float32Array
  readonly rows: number
  readonly dim: number
  /** A power of two. */
  readonly states: number
  /** What a squared error costs in each column. */
  readonly weights: Float32Array
  /** The bits of each column, 0 or more, two less than those of a state at most. */
  readonly bits: Uint8Array
  /** Where the codebook of each column begins in `levels`. */
  readonly books: Uint32Array
  /** Codebooks of `states` levels, one after another: that of a state whose last bits are the lowest. */
  readonly levels: Float32Array
  /** The state of each row before its first value. */
  readonly starts: Uint16Array
}
