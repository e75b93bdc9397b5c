/** All that rows are coded with: plain data, which a thread can be sent. */
export interface FixedCode {
  readonly dim: number
  /** Bits of a state. */
  readonly window: number
  /** The bits of each column. */
  readonly bits: Uint8Array
  /** What the levels of each column are multiplied by, as it is stored; above 0. */
  readonly scale: Float32Array
  /** The same of rows: a power of two of numbers, ascending; undefined where rows have none. */
  readonly gains: Float32Array | undefined
  /** The numbers of bits above 0 that occur, ascending. */
  readonly numbers: readonly number[]
  /** A codebook for each of them, `… × 2^window`: the level of each state, whose last bits are the lowest. */
  readonly levels: Float32Array
}

/** The bits of a row. */
export const rowBitsOf = ({ bits, gains }: Pick<FixedCode, 'bits' | 'gains'>): number =>
  bits.reduce((sum, count) => sum + count, gains ? Math.log2(gains.length) : 0)

/** The numbers of bits above 0 that occur, ascending. */
export const numbersOf = (bits: Uint8Array): number[] =>
  [...new Set(bits)].filter((count) => count > 0).sort((a, b) => a - b)

/** Some bits in the opposite order. */
export function reversed(bits: number, count: number): number {
  let out = 0
  for (let i = 0; i < count; i++) out |= ((bits >> i) & 1) << (count - 1 - i)
  return out
}
