import { mostOnes } from './bits.js'

/** Collects bits into bytes, the lowest of each byte first. */
export interface BitWriter {
  /** Adds the low `width` bits, 0 to 32, of a number of 0 or more. */
  write(value: number, width: number): void
  /** Adds a number of 0 or more in the Rice code of `width`. */
  writeRice(value: number, width: number): void
  finish(): Uint8Array
}

/** The bits that a number takes in the Rice code of `width`. */
export const riceBits = (value: number, width: number): number => {
  const ones = Math.floor(value / 2 ** width)
  return ones < mostOnes ? ones + 1 + width : mostOnes + 32
}

export function bitWriter(): BitWriter {
  const bytes: number[] = []
  let held = 0
  let count = 0
  function write(value: number, width: number): void {
    for (let i = 0, rest = value; i < width; i++, rest = Math.floor(rest / 2)) {
      held |= (rest % 2) << count++
      if (count < 8) continue
      bytes.push(held)
      held = 0
      count = 0
    }
  }
  return {
    write,
    writeRice(value, width) {
      const ones = Math.floor(value / 2 ** width)
      for (let i = 0; i < Math.min(ones, mostOnes); i++) write(1, 1)
      if (ones >= mostOnes) {
        write(value, 32)
        return
      }
      write(0, 1)
      write(value % 2 ** width, width)
    },
    finish: () => Uint8Array.from(count > 0 ? [...bytes, held] : bytes)
  }
}
