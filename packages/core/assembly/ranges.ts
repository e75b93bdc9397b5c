// The least and the largest value of each group of columns of each row.

/** Above the bits of every finite magnitude. */
const infinity: i32 = 0x7f800000

/**
 * `x` is `rows × dim` float32; `mins` and `maxs` are `rows × ⌈dim / groupSize⌉` float32. Both are NaN for a group that holds
 * NaN or an infinity.
 */
export function ranges(x: usize, rows: u32, dim: u32, groupSize: u32, mins: usize, maxs: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    for (let column: u32 = 0; column < dim; column += groupSize) {
      const size = min(groupSize, dim - column)
      range(x, size, mins, maxs)
      x += (<usize>size) << 2
      mins += 4
      maxs += 4
    }
  }
}

function magnitudes(x: v128): v128 {
  return v128.and(x, i32x4.splat(0x7fffffff))
}

/** The ends of `size` values. */
export function range(x: usize, size: u32, least: usize, largest: usize): void {
  const end = x + ((<usize>size) << 2)
  const whole = x + ((<usize>(size & ~7)) << 2)
  // Two of each, so that a value need not wait for the one before it.
  let low = f32x4.splat(Infinity)
  let high = f32x4.splat(-Infinity)
  let low2 = low
  let high2 = high
  // Magnitudes as integers have the order of the numbers, and NaN above them.
  let most = i32x4.splat(0)
  let most2 = most
  for (; x < whole; x += 32) {
    const a = v128.load(x)
    const b = v128.load(x, 16)
    low = f32x4.pmin(low, a)
    high = f32x4.pmax(high, a)
    most = i32x4.max_s(most, magnitudes(a))
    low2 = f32x4.pmin(low2, b)
    high2 = f32x4.pmax(high2, b)
    most2 = i32x4.max_s(most2, magnitudes(b))
  }
  for (; x < end; x += 4) {
    const a = v128.load32_splat(x)
    low = f32x4.pmin(low, a)
    high = f32x4.pmax(high, a)
    most = i32x4.max_s(most, magnitudes(a))
  }
  low = f32x4.pmin(low, low2)
  high = f32x4.pmax(high, high2)
  most = i32x4.max_s(most, most2)
  low = f32x4.pmin(low, v128.shuffle<f32>(low, low, 2, 3, 0, 1))
  high = f32x4.pmax(high, v128.shuffle<f32>(high, high, 2, 3, 0, 1))
  most = i32x4.max_s(most, v128.shuffle<i32>(most, most, 2, 3, 0, 1))
  const bad = max(i32x4.extract_lane(most, 0), i32x4.extract_lane(most, 1)) >= infinity
  // Adding 0 makes one zero of the two, which compare as equal.
  store<f32>(least, bad ? NaN : min(f32x4.extract_lane(low, 0), f32x4.extract_lane(low, 1)) + 0)
  store<f32>(largest, bad ? NaN : max(f32x4.extract_lane(high, 0), f32x4.extract_lane(high, 1)) + 0)
}
