/** All that rows are coded with: plain data, which a thread can be sent. */
export interface FixedCode {
  readonly dim: number
  /** Bits of a state. */
  readonly window: number
  /** The bits of each column. */
  readonly bits: Uint8Array
  /** What the levels of each column are multiplied by, as it is stored; 0 where all values are 0. */
  readonly scale: Float32Array
  /** The same of rows: a power of two of numbers, ascending; undefined where rows have none. */
  readonly gains: Float32Array | undefined
  /** The numbers of bits above 0 that occur, ascending. */
  readonly numbers: readonly number[]
  /** A codebook for each of them, `… × 2^window`: the level of each state, whose last bits are the lowest. */
  readonly levels: Float32Array
}
