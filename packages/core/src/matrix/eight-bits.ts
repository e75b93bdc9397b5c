import type { Matrix } from '@slimbed/runtime'
import type { EightBitFloats } from '../tensor/kernels/eight-bits.js'

/** The rows of a matrix as they are stored: floats of 8 bits, among which may be some that are not finite. */
export interface EightBitRows {
  readonly type: EightBitFloats
  /** Codes of rows `start … start + count`, row-major; in `into` where that is given, of `count · dim` bytes. */
  read(start: number, count: number, into?: Uint8Array): Promise<Uint8Array>
}

/** A matrix that passes may also read as it is stored, to decode it on threads. */
export interface EightBitMatrix extends Matrix {
  readonly eightBits: EightBitRows
}

/** The rows of a matrix as floats of 8 bits, if they are stored so. */
export const eightBitsOf = (matrix: Matrix): EightBitRows | undefined =>
  'eightBits' in matrix ? (matrix as EightBitMatrix).eightBits : undefined

/** Rows from `first` on. */
export const eightBitsFrom = ({ type, read }: EightBitRows, first: number): EightBitRows => ({
  type,
  read: (start, count, into) => read(first + start, count, into)
})
