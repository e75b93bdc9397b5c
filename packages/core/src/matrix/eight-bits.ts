import type { Matrix } from '@slimbed/runtime'
import type { EightBitFloats } from '../tensor/kernels/eight-bits.js'

/** Bytes of a file that is open, from byte `at` on. */
export interface FileBytes {
  readonly fd: number
  readonly at: number
  readonly length: number
}

/** Bytes in memory or in a file. */
export type Piece = Uint8Array | FileBytes

/** The rows of a matrix as they are stored: floats of 8 bits, among which may be some that are not finite. */
export interface EightBitRows {
  readonly type: EightBitFloats
  /** Codes of rows `start … start + count`, row-major; in `into` where that is given, of `count · dim` bytes. */
  read(start: number, count: number, into?: Uint8Array): Promise<Uint8Array>
  /**
   * Where codes lie in files of this machine: `work` is told where those of rows `start … start + count` are, in pieces, and the files stay open
   * until it has ended. Pieces of many small files may be in memory. Rejects as `read`, and as `work`.
   */
  readonly inFiles?:
    | (<Made>(start: number, count: number, work: (pieces: readonly Piece[]) => Promise<Made>) => Promise<Made>)
    | undefined
}

/** A matrix that passes may also read as it is stored, to decode it on threads. */
export interface EightBitMatrix extends Matrix {
  readonly eightBits: EightBitRows
}

/** The rows of a matrix as floats of 8 bits, if they are stored so. */
export const eightBitsOf = (matrix: Matrix): EightBitRows | undefined =>
  'eightBits' in matrix ? (matrix as EightBitMatrix).eightBits : undefined

/** Rows from `first` on. */
export const eightBitsFrom = ({ type, read, inFiles }: EightBitRows, first: number): EightBitRows => ({
  type,
  read: (start, count, into) => read(first + start, count, into),
  inFiles: inFiles && ((start, count, work) => inFiles(first + start, count, work))
})
