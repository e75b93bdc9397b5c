import type { BitReader } from '@slimbed/runtime/format'

/** The longest run of ones in a Rice code: after it the number has all 32 bits. */
export const mostOnes = 24

/** A number of 0 or more in the Rice code of `width`. Throws `corrupt-file` where the bits end. */
export function readRice(read: BitReader, width: number): number {
  let ones = 0
  while (ones < mostOnes && read(1)) ones++
  return ones === mostOnes ? read(32) : ones * 2 ** width + read(width)
}
