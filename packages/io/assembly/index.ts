// Decimal numbers as float32, eight digits at a time, where one division in float64 rounds as the nearest double does.

/** The powers of ten that a float64 holds exactly. */
const tens = memory.data<f64>([
  1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
  1e21, 1e22
])

/** The first of them as integers. */
const counts = memory.data<u64>([1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000])

/** Times four bytes, it is these twice. */
const twice: u64 = ((<u64>1) << 32) + 1
/** Eight times the character 0, what takes the least that is no digit to 0x80, and the highest bits. */
const zeros: u64 = 0x30303030 * twice
const beyond: u64 = 0x76767676 * twice
const highest: u64 = 0x80808080 * twice

/** The number of digits at the start of eight characters, from each of which the code of `0` was subtracted; the first is the lowest byte. */
function digits(x: u64): u64 {
  const others = ((x + beyond) | x) & highest
  return others === 0 ? 8 : ctz(others) >> 3
}

/** The number that the first `count` of eight digits make, 1 to 8 of them. */
function number(x: u64, count: u64): u64 {
  let d = x << (64 - (count << 3))
  d = (d * 2561) >> 8
  d = ((d & (0x00ff00ff * twice)) * 6553601) >> 16
  return ((d & (0x0000ffff * twice)) * 42949672960001) >> 32
}

let left: u32 = 0

/** Numbers that were yet to be read when `floats` stopped. */
export function remaining(): u32 {
  return left
}

/**
 * Reads `count` numbers, a space between each two, from `at` on, and writes them as float32 to `out`. Returns where the last one
 * ends; where it meets anything else than a number of up to 15 digits without an exponent, it stops: `remaining` tells how many are
 * left, and what is returned is where the next one begins, or where a space should be, with its highest bit set.
 *
 * Up to 16 bytes after the numbers are read.
 */
export function floats(at: usize, count: u32, out: usize): usize {
  const last = out + ((<usize>count) << 2)
  let p = at
  while (out < last) {
    const start = p
    const negative = <u64>(load<u8>(p) === 45)
    p += <usize>negative
    const x = load<u64>(p) ^ zeros
    const whole = digits(x)
    let mantissa: u64 = whole === 0 ? 0 : number(x, whole)
    let all = whole
    let scale: usize = 0
    p += <usize>whole
    if (load<u8>(p) === 46) {
      p++
      const y = load<u64>(p) ^ zeros
      const some = digits(y)
      scale = <usize>some
      if (some > 0) mantissa = mantissa * load<u64>(counts + (scale << 3)) + number(y, some)
      p += scale
      if (some === 8) {
        const z = load<u64>(p) ^ zeros
        const more = digits(z)
        if (more > 0) mantissa = mantissa * load<u64>(counts + ((<usize>more) << 3)) + number(z, more)
        scale += <usize>more
        p += <usize>more
      }
      all += <u64>scale
    }
    const after = load<u8>(p)
    // No digits, too many for certain, or an exponent.
    if (all === 0 || all > 15 || whole > 7 || (after | 32) === 101) {
      left = <u32>((last - out) >> 2)
      return start | 0x80000000
    }
    const value = <f64>mantissa / load<f64>(tens + (scale << 3))
    store<f32>(out, <f32>reinterpret<f64>(reinterpret<u64>(value) | (negative << 63)))
    out += 4
    if (out < last && load<u8>(p++) !== 32) {
      left = <u32>((last - out) >> 2)
      return (p - 1) | 0x80000000
    }
  }
  return p
}
