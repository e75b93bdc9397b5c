/** Powers of ten that a double holds exactly. */
const tens = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`))
const tenths = Float64Array.from({ length: 15 }, (_, exponent) => Number(`1e-${exponent}`))

/** More bytes than the text of any float32 takes. */
export const longestFloat = 17

/** Writes `digits` digits of the integer `n`, zeros in front; returns where they end. */
function writeDigits(n: number, digits: number, out: Uint8Array, at: number): number {
  let rest = n
  for (let p = at + digits - 1; p >= at; p--) {
    const tenth = (rest / 10) | 0
    out[p] = 48 + rest - tenth * 10
    rest = tenth
  }
  return at + digits
}

function countDigits(n: number): number {
  let digits = 1
  while (n >= tens[digits]) digits++
  return digits
}

function writeText(text: string, out: Uint8Array, at: number): number {
  for (let i = 0; i < text.length; i++) out[at + i] = text.charCodeAt(i)
  return at + text.length
}

/** For magnitudes that need powers of ten which are not exact. */
function writeSlowly(magnitude: number, out: Uint8Array, at: number): number {
  for (let precision = 1; ; precision++) {
    const rounded = Number(magnitude.toPrecision(precision))
    if (Math.fround(rounded) === magnitude) return writeText(rounded.toExponential(), out, at)
  }
}

/** Writes `n / 10 ** scale` for a positive integer n below 2 ** 31, as `0.00012` or, if smaller, `1.2e-7`. */
function writeScaled(n: number, scale: number, out: Uint8Array, at: number): number {
  let [digits, decimals] = [n, scale]
  while (decimals > 0 && digits % 10 === 0) {
    digits /= 10
    decimals--
  }
  const size = countDigits(digits)
  const small = decimals - size > 4
  const exponent = decimals - size + 1
  if (small) decimals = size - 1
  const whole = Math.floor(digits / tens[decimals])
  let p = writeDigits(whole, countDigits(whole), out, at)
  if (decimals > 0) {
    out[p++] = 46
    p = writeDigits(digits - whole * tens[decimals], decimals, out, p)
  }
  return small ? writeText(`e-${exponent}`, out, p) : p
}

/**
 * Writes the shortest decimal number that reads back as the same float32 to `out[at ..]`, which has room for `longestFloat` bytes.
 * Returns where it ends.
 */
export function writeFloat(value: number, out: Uint8Array, at: number): number {
  let p = at
  if (value < 0 || Object.is(value, -0)) out[p++] = 45
  const magnitude = Math.abs(value)
  if (magnitude === 0) {
    out[p++] = 48
    return p
  }
  if (magnitude < 1e-13 || magnitude >= 1e9) return writeSlowly(magnitude, out, p)
  let exponent = 0
  while (magnitude < tenths[-exponent]) exponent--
  while (magnitude >= tens[exponent + 1]) exponent++
  for (let precision = 6; precision <= 9; precision++) {
    const scale = Math.max(0, precision - 1 - exponent)
    const n = Math.round(magnitude * tens[scale])
    // Both operands are exact, so this quotient is the double that a reader of the decimal gets.
    if (Math.fround(n / tens[scale]) === magnitude) return writeScaled(n, scale, out, p)
  }
  return writeSlowly(magnitude, out, p)
}
