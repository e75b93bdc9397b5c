import { damaged } from './damaged.js'

/** Bits one after another, the lowest of each byte first. */
export interface BitReader {
  /** The next `width` bits, 0 to 32, as a number. Throws `corrupt-file` where they end. */
  read(width: number): number
  /** A number that is 0 or more, in the Rice code of `width`. */
  readRice(width: number): number
}

/** The longest run of ones in a Rice code: after it the number has all 32 bits. */
export const mostOnes = 24

export function bitReader(bytes: Uint8Array): BitReader {
  let at = 0
  let held = 1
  function read(width: number): number {
    let value = 0
    for (let i = 0, unit = 1; i < width; i++, unit *= 2) {
      // The highest bit marks the end of the others.
      if (held === 1) held = at < bytes.length ? bytes[at++] | 256 : damaged()
      if (held & 1) value += unit
      held >>= 1
    }
    return value
  }
  return {
    read,
    readRice(width) {
      let ones = 0
      while (ones < mostOnes && read(1)) ones++
      return ones === mostOnes ? read(32) : ones * 2 ** width + read(width)
    }
  }
}
