// Floats of 8 bits as float32, of which they fill no more than the upper 16 bits: these are made a byte each, of 16 values at a time.

/**
 * Writes `count` floats of 8 bits, of which `fraction` are the fraction, to `out` as float32. Their bias is an odd number. `codes` is read,
 * and `out` is written, up to the next whole 16. `infinity` is the code of the infinity, 128 where there is none; codes of a magnitude
 * of `nan` and more are no numbers: the same one, whatever their sign. `upper` and `lower` are the upper two bytes, of the values
 * of codes 0 to 15, which holds those of the least exponent.
 */
export function eightBits(
  codes: usize,
  count: u32,
  fraction: i32,
  bias: i32,
  infinity: i32,
  nan: i32,
  upper: usize,
  lower: usize,
  out: usize
): void {
  const end = codes + <usize>count
  const left = 7 - fraction
  const right = fraction + 1
  // The exponent begins at the lowest bit of the upper byte but one: an even difference of biases does not reach the lower byte.
  const rise = i8x16.splat(<i8>((127 - bias) >> 1))
  // Shifts are those of 16 bits, which are faster: these take away what comes from the byte beside.
  const highBits = i8x16.splat(<i8>(<i32>127 >> right))
  const lowBits = i8x16.splat(<i8>((<i32>255) << left))
  const least = i8x16.splat(16)
  const sevenBits = i8x16.splat(127)
  const infinite = i8x16.splat(<i8>infinity)
  const first = i8x16.splat(<i8>nan)
  const upperOf = v128.load(upper)
  const lowerOf = v128.load(lower)
  const none = i8x16.splat(0)
  for (; codes < end; codes += 16, out += 64) {
    const code = v128.load(codes)
    const size = v128.and(code, sevenBits)
    const small = i8x16.lt_s(size, least)
    // Beyond 15, the tables give 0.
    let high = v128.or(
      i8x16.swizzle(upperOf, size),
      v128.andnot(i8x16.add(v128.and(i16x8.shr_u(size, right), highBits), rise), small)
    )
    let low = v128.or(i8x16.swizzle(lowerOf, size), v128.andnot(v128.and(i16x8.shl(size, left), lowBits), small))
    const isInfinite = i8x16.eq(size, infinite)
    const isNone = i8x16.ge_s(size, first)
    high = v128.bitselect(sevenBits, high, v128.or(isInfinite, isNone))
    low = v128.bitselect(i8x16.splat(-128), low, isInfinite)
    low = v128.bitselect(i8x16.splat(-64), low, isNone)
    high = v128.or(high, v128.andnot(v128.andnot(code, sevenBits), isNone))
    const eight = v128.shuffle<i8>(low, high, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
    const more = v128.shuffle<i8>(low, high, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
    v128.store(out, v128.shuffle<i16>(none, eight, 0, 8, 1, 9, 2, 10, 3, 11))
    v128.store(out, v128.shuffle<i16>(none, eight, 4, 12, 5, 13, 6, 14, 7, 15), 16)
    v128.store(out, v128.shuffle<i16>(none, more, 0, 8, 1, 9, 2, 10, 3, 11), 32)
    v128.store(out, v128.shuffle<i16>(none, more, 4, 12, 5, 13, 6, 14, 7, 15), 48)
  }
}
