import type { Tensor } from './tensor.js'

/**
 * A `rows × dim` matrix of float32 that may be larger than memory: its rows are read in blocks.
 *
 * `read(start, count)` resolves to rows `start .. start + count`, row-major, `count · dim` values. The array may be a
 * view of shared storage: callers never write to it. Reads may overlap in time. Rejects with `out-of-range` beyond the end.
 *
 * `into` is an array of `count · dim` values that the matrix may fill and return, so that a pass over many blocks needs memory for
 * a few of them only. The caller does not use it until the read resolves. A matrix may also ignore it and return another array.
 */
export interface Matrix {
  readonly rows: number
  readonly dim: number
  read(start: number, count: number, into?: Float32Array): Promise<Float32Array>
  /**
   * The same rows without the check for values that are not finite, if `read` has one. It is for passes whose results show whether
   * there are such values; they then call `read` for the error.
   */
  readonly unchecked?: Matrix
}

/** A small matrix in memory: `rows × dim` values, row-major. */
export interface Dense {
  readonly rows: number
  readonly dim: number
  readonly data: Float32Array
}

/** The parts of a `quantized` table. */
export interface Quantized {
  readonly dim: number
  /** Bits of a code, 1 to 16. */
  readonly bits: number
  /** Consecutive columns that share a scale, 1 to `dim`. */
  readonly groupSize: number
  /** `rows × ⌈dim · bits / 8⌉` bytes: each row a little-endian bit stream, spare bits 0. */
  readonly codes: Uint8Array
  /** `[1 or rows, ⌈dim / groupSize⌉]`. */
  readonly scale: Tensor<'F32' | 'F16'>
  /** One number, or shaped like `scale`. */
  readonly zero: number | Tensor<'F32' | 'F16'>
}

/** The same with scales and zeros as float32. */
export interface Codes extends Omit<Quantized, 'scale' | 'zero'> {
  /** `⌈dim / groupSize⌉` for each row, or that many for all rows. */
  readonly scale: Float32Array
  /** One for all, or as many as `scale`. */
  readonly zero: number | Float32Array
}

/** The operations that a table may use to compute its rows in blocks. */
export interface BlockTools {
  /** `a · b`. */
  matmul(a: Dense, b: Dense): Promise<Dense>
  /** Writes the values of rows `start .. start + count` of codes to `out[0 .. count · dim)`; false where it cannot. */
  decode(codes: Codes, start: number, count: number, out: Float32Array): boolean
}
