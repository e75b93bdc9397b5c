// Plain JavaScript, like all that threads parse text with: the same files run from the sources and from the build.

/** Powers of ten that a double holds exactly. */
const tens = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`))

const exactBelow = 2 ** 53
/** Far more than the error of `careful`'s estimate, far less than the distance between float32 numbers. */
const margin = 2 ** -40
const latin1 = new TextDecoder('latin1')

/** Where the last number that `careful` read ends. */
let resume = 0

/** @param {number} byte */
const isDigit = (byte) => byte >= 48 && byte <= 57

/**
 * Skips an exponent such as `e-05` at `p`; returns where it ends, or -1 when there is none to be read.
 * @param {Uint8Array} bytes
 * @param {number} p
 */
function exponentEnd(bytes, p) {
  let q = p + 1
  if (bytes[q] === 43 || bytes[q] === 45) q++
  if (!isDigit(bytes[q])) return -1
  while (isDigit(bytes[q])) q++
  return q
}

/**
 * Any decimal number at `start`: NaN when there is none. Rounded to float32 it equals the nearest double rounded to
 * float32; as a double it may be a little off.
 * @param {Uint8Array} bytes
 * @param {number} start
 */
function careful(bytes, start) {
  let p = start
  const negative = bytes[p] === 45
  if (negative || bytes[p] === 43) p++
  let high = 0
  let low = 0
  let lowDigits = 0
  let kept = 0
  let dropped = 0
  let fraction = 0
  let point = -1
  const digitsFrom = p
  for (; ; p++) {
    const digit = bytes[p] - 48
    if (digit === -2 && point < 0) point = p
    else if (digit < 0 || digit > 9) break
    else {
      if (point >= 0) fraction++
      if (kept === 0 && digit === 0) continue
      if (kept < 9) high = (Math.imul(high, 10) + digit) | 0
      else if (kept < 18) {
        low = (Math.imul(low, 10) + digit) | 0
        lowDigits++
      } else dropped++
      kept++
    }
  }
  if (p - digitsFrom - (point < 0 ? 0 : 1) === 0) return Number.NaN
  let exponent = dropped - fraction
  if (bytes[p] === 101 || bytes[p] === 69) {
    const end = exponentEnd(bytes, p)
    if (end < 0) return Number.NaN
    exponent += Number(latin1.decode(bytes.subarray(p + 1, end)))
    p = end
  }
  resume = p
  const mantissa = high * tens[lowDigits] + low
  const signed = negative ? -mantissa : mantissa
  if (mantissa === 0) return signed
  // Both operands are exact, so the one operation rounds correctly.
  if (dropped === 0 && mantissa < exactBelow && exponent >= -22 && exponent <= 22) {
    return exponent < 0 ? signed / tens[-exponent] : signed * tens[exponent]
  }
  if (exponent >= -44 && exponent <= 22) {
    const estimate = exponent >= 0 ? signed * tens[exponent] : signed / tens[Math.min(22, -exponent)]
    const value = exponent < -22 ? estimate / tens[-exponent - 22] : estimate
    // All doubles this near round to one float32, so the nearest double to the decimal does too.
    if (Math.fround(value * (1 + margin)) === Math.fround(value * (1 - margin))) return value
  }
  return Number(latin1.decode(bytes.subarray(start, p)))
}

/**
 * Reads `count` decimal numbers, one space between them, that start at `at`, into `out` from `into`: each the float32
 * that `Math.fround(Number(text))` gives, bit for bit. Returns where the last one ends, or `-1 - i` when number i is
 * not a finite number. The bytes must hold something other than a digit after the numbers, such as a line end.
 * @param {Uint8Array} bytes
 * @param {number} at
 * @param {number} count
 * @param {Float32Array} out
 * @param {number} into
 * @returns {number}
 */
export function parseFloats(bytes, at, count, out, into) {
  let p = at
  for (let i = 0; i < count; i++) {
    if (i > 0 && bytes[p++] !== 32) return -1 - i
    const start = p
    const negative = bytes[p] === 45
    if (negative) p++
    let mantissa = 0
    let digit = bytes[p] - 48
    // A zero before the point is no digit of the mantissa, which may have nine.
    if (digit === 0) digit = bytes[++p] - 48
    let digits = -p
    while (digit >= 0 && digit <= 9) {
      mantissa = (Math.imul(mantissa, 10) + digit) | 0
      digit = bytes[++p] - 48
    }
    digits += p
    let scale = 0
    if (digit === -2) {
      scale = -++p
      digit = bytes[p] - 48
      while (digit >= 0 && digit <= 9) {
        mantissa = (Math.imul(mantissa, 10) + digit) | 0
        digit = bytes[++p] - 48
      }
      scale += p
      digits += scale
    }
    // 53 and 21 are `e` and `E`.
    if (digits === 0 || digits > 9 || digit === 53 || digit === 21) {
      const value = careful(bytes, start)
      out[into + i] = value
      const stored = out[into + i]
      if (stored - stored !== 0) return -1 - i
      p = resume
    } else {
      const value = mantissa / tens[scale]
      out[into + i] = negative ? -value : value
    }
  }
  return p
}
