// Float32 values that are float16 without being rounded.

/** The bits of 2^-14, float16's least normal number, as float32, and how far those of 2^16 are from them. */
const least: i32 = 0x38800000
const range: i32 = 0x0f000000

/** The float16 of four values, in the low halves of the lanes. */
function halvesOf(x: v128, magnitude: v128): v128 {
  // The bias of the exponent falls by 112.
  const half = i32x4.shr_u(i32x4.sub(magnitude, i32x4.splat(0x38000000)), 13)
  const sign = v128.and(i32x4.shr_u(x, 16), i32x4.splat(0x8000))
  return v128.or(v128.and(half, i32x4.ne(magnitude, i32x4.splat(0))), sign)
}

/** All ones in the lanes that are 0, or a normal number of 11 bits. */
function isHalf(magnitude: v128): v128 {
  const normal = i32x4.lt_u(i32x4.sub(magnitude, i32x4.splat(least)), i32x4.splat(range))
  const zero = i32x4.eq(magnitude, i32x4.splat(0))
  const short = i32x4.eq(v128.and(magnitude, i32x4.splat(0x1fff)), i32x4.splat(0))
  return v128.and(v128.or(normal, zero), short)
}

/** Writes `count` float32 values, a multiple of 8, as float16. False where one of them is none, or is not a normal number: then `out` does not count. */
export function halves(x: usize, count: u32, out: usize): bool {
  let all = i32x4.splat(-1)
  for (const end = out + ((<usize>count) << 1); out < end; out += 16, x += 32) {
    const a = v128.load(x)
    const b = v128.load(x, 16)
    const p = v128.and(a, i32x4.splat(0x7fffffff))
    const q = v128.and(b, i32x4.splat(0x7fffffff))
    all = v128.and(all, v128.and(isHalf(p), isHalf(q)))
    v128.store(out, i16x8.narrow_i32x4_u(halvesOf(a, p), halvesOf(b, q)))
  }
  return i32x4.all_true(all)
}
