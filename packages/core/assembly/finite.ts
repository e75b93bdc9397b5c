// Whether numbers are neither NaN nor infinite: such have all bits of the exponent set.

const exponent: i32 = 0x7f800000

/** Whether all of `count` float32 are finite. */
export function finite(x: usize, count: u32): bool {
  const whole = x + ((<usize>(count & ~7)) << 2)
  const end = x + ((<usize>count) << 2)
  const mask = i32x4.splat(exponent)
  let most = i32x4.splat(0)
  let most2 = most
  for (; x < whole; x += 32) {
    most = i32x4.max_s(most, v128.and(v128.load(x), mask))
    most2 = i32x4.max_s(most2, v128.and(v128.load(x, 16), mask))
  }
  for (; x < end; x += 4) most = i32x4.max_s(most, v128.and(v128.load32_splat(x), mask))
  return !v128.any_true(i32x4.eq(i32x4.max_s(most, most2), mask))
}
