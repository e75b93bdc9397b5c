import { SlimbedError } from '@slimbed/core'

const exponent = 0x7f800000

/** Whether no exponent is all ones: adding one to it then leaves the sign's place alone. */
function allFinite(bits: Int32Array): boolean {
  const one = 0x00800000
  const whole = bits.length - (bits.length % 4)
  let [a, b, c, d] = [0, 0, 0, 0]
  for (let i = 0; i < whole; i += 4) {
    a |= ((bits[i]! & exponent) + one) | 0
    b |= ((bits[i + 1]! & exponent) + one) | 0
    c |= ((bits[i + 2]! & exponent) + one) | 0
    d |= ((bits[i + 3]! & exponent) + one) | 0
  }
  for (let i = whole; i < bits.length; i++) a |= ((bits[i]! & exponent) + one) | 0
  return (a | b | c | d) >= 0
}

/**
 * Throws `bad-input` when one of `values`, rows of `dim` columns from row `start` of the file `name`, is NaN or
 * infinite.
 */
export function checkFinite(values: Float32Array, dim: number, start: number, name: string): void {
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length)
  if (allFinite(bits)) return
  for (let i = 0; i < bits.length; i++) {
    if ((bits[i]! & exponent) !== exponent) continue
    const row = start + Math.floor(i / dim)
    const where = `${name}, row ${row}, column ${i % dim} (both from 0)`
    throw new SlimbedError('bad-input', `${where}: expected a finite float32 number, came ${values[i]}`)
  }
}
