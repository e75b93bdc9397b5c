import { fail, isInteger } from '../check.js'
import type { Tensor } from '../table/tensor.js'

/** The element types of scales and gains. */
export const scaleTypes = ['F32', 'F16'] as const

/** The parts of a `bitshift` table, besides its codebooks. */
export interface Bitshift {
  readonly rows: number
  /** Bits that tell a level, 1 to 16. */
  readonly window: number
  /** The bits of each column, 0 to `window`; columns of 0 bits are 0. */
  readonly bits: Uint8Array
  /** What the levels of each column are multiplied by. */
  readonly scale: Tensor<(typeof scaleTypes)[number]>
  /** What the levels of a row may be multiplied by: 2 to 256 numbers, a power of two. Its number comes first among a row's bits. */
  readonly gains: Tensor<(typeof scaleTypes)[number]> | undefined
  /** `⌈rows · rowBits / 8⌉` bytes: row after row, without gaps, the lowest bit of a byte first; spare bits 0. */
  readonly stream: Uint8Array
}

/** The most bits of a window. */
const mostWindow = 16
const mostGainBits = 8

/** The bits of a row, and those of them that tell its gain. */
export interface RowBits {
  readonly gainBits: number
  readonly rowBits: number
}

/** Throws `bad-input` unless the parts of a table fit together, its stream being of `streamBytes` bytes. */
export function rowBitsOf(
  { rows, window, bits, scale, gains }: Omit<Bitshift, 'stream'>,
  streamBytes: number
): RowBits {
  if (!isInteger(window, 1, mostWindow)) {
    fail('bad-input', `bitshift: window must be 1 to ${mostWindow} bits, not ${window}`)
  }
  if (scale.data.length !== bits.length) {
    fail('bad-input', `bitshift: ${scale.data.length} scales for ${bits.length} columns`)
  }
  const gainBits = gains ? Math.log2(gains.data.length) : 0
  if (gains && !isInteger(gainBits, 1, Math.min(mostGainBits, window))) {
    fail('bad-input', `bitshift: expected 2 to 256 gains, a power of two, got ${gains.data.length}`)
  }
  let rowBits = gainBits
  for (const count of bits) {
    if (count > window) fail('bad-input', `bitshift: a column of ${count} bits, more than the window of ${window}`)
    rowBits += count
  }
  if (rowBits === 0) fail('bad-input', 'bitshift: rows of no bits')
  if (streamBytes !== Math.ceil((rows * rowBits) / 8)) {
    fail('bad-input', `bitshift: a stream of ${streamBytes} bytes for ${rows} rows of ${rowBits} bits`)
  }
  return { gainBits, rowBits }
}
