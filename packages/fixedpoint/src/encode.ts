/** Where codes are written: bytes up to 8 bits, 16-bit words above. */
export type Codes = Uint8Array | Uint16Array

/** Adding and subtracting it rounds a float64 of magnitude below 2^51 to an integer, half to even. */
const rounder = 1.5 * 2 ** 52

/**
 * Writes the codes of `count` values from `x[at]` on to `codes[to]` on: `x / scale + zero`, rounded half to even and
 * held within `0 … top`. A scale of 0 stands for zeros: the code is then the first not below `zero`.
 */
export function encode(
  x: Float32Array,
  at: number,
  count: number,
  top: number,
  scale: number,
  zero: number,
  codes: Codes,
  to: number
): void {
  if (scale === 0) {
    codes.fill(Math.ceil(zero), to, to + count)
    return
  }
  for (let i = 0; i < count; i++) {
    codes[to + i] = Math.min(Math.max(x[at + i]! / scale + zero, 0), top) + rounder - rounder
  }
}
