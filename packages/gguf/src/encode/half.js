// Half floats in the loops of encoders, which run on threads and import nothing.

const float = new Float32Array(1)
const word = new Uint32Array(float.buffer)

/** The largest half float. */
export const largestHalf = 65504
const largestBits = 0x7bff

/**
 * The bits of the half float that is nearest to a number, ties to even; of the largest one where it is larger.
 * @param {number} value finite
 */
export function toHalf(value) {
  const magnitude = Math.abs(value)
  const sign = value < 0 ? 0x8000 : 0
  if (magnitude >= largestHalf) return sign | largestBits
  float[0] = magnitude
  // Below 2⁻¹⁴ half floats are equally spaced.
  if (word[0] < 0x38800000) return sign | roundEven(magnitude * 2 ** 24)
  const rebiased = word[0] - 0x38000000
  return sign | ((rebiased + 0xfff + ((rebiased >>> 13) & 1)) >>> 13)
}

/** @param {number} value 0 or more */
function roundEven(value) {
  const whole = Math.floor(value)
  const rest = value - whole
  return rest > 0.5 || (rest === 0.5 && whole % 2 === 1) ? whole + 1 : whole
}

/**
 * The number that bits of a half float stand for.
 * @param {number} bits finite
 */
export function fromHalf(bits) {
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  const magnitude = exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25)
  return bits & 0x8000 ? -magnitude : magnitude
}
