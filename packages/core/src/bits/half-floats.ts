const bitsOf = (values: Float32Array) => new Uint32Array(values.buffer, values.byteOffset, values.length)

/** The bits of `value · 2²⁴` rounded half to even, for the bits of a float32 of magnitude in [2⁻²⁵, 2⁻¹⁴). */
function subnormal(magnitude: number): number {
  const shift = 126 - (magnitude >>> 23)
  const mantissa = (magnitude & 0x7fffff) | 0x800000
  const whole = mantissa >>> shift
  const rest = mantissa & ((1 << shift) - 1)
  const half = 1 << (shift - 1)
  return rest > half || (rest === half && whole & 1) ? whole + 1 : whole
}

/** Float32 values as IEEE 754 half floats (16 bits each), rounded half to even; values of 65520 and above become Infinity. */
export function toFloat16(values: Float32Array): Uint16Array {
  const bits = bitsOf(values)
  const out = new Uint16Array(bits.length)
  for (let i = 0; i < bits.length; i++) {
    const magnitude = bits[i] & 0x7fffffff
    let half: number
    if (magnitude > 0x7f800000) half = 0x7e00
    else if (magnitude >= 0x47800000) half = 0x7c00
    else if (magnitude >= 0x38800000) {
      // The exponent's bias falls by 112; a carry out of the mantissa raises it, up to Infinity, as it should.
      const rebiased = magnitude - 0x38000000
      half = (rebiased + 0xfff + ((rebiased >>> 13) & 1)) >>> 13
    } else half = magnitude < 0x33000000 ? 0 : subnormal(magnitude)
    out[i] = half | ((bits[i] >>> 16) & 0x8000)
  }
  return out
}

/** Float32 values as bfloat16 (their upper 16 bits), rounded half to even. */
export function toBfloat16(values: Float32Array): Uint16Array {
  const bits = bitsOf(values)
  const out = new Uint16Array(bits.length)
  for (let i = 0; i < bits.length; i++) {
    const word = bits[i]
    const nan = (word & 0x7fffffff) > 0x7f800000
    out[i] = nan ? (word >>> 16) | 0x40 : (word + 0x7fff + ((word >>> 16) & 1)) >>> 16
  }
  return out
}
