import { areFinite } from '@slimbed/core/blocks'
import { SlimbedError } from '@slimbed/runtime'

const exponent = 0x7f800000

/**
 * Throws `bad-input` when one of `values`, rows of `dim` columns from row `start` of the file `name`, is NaN or
 * infinite.
 */
export function checkFinite(values: Float32Array, dim: number, start: number, name: string): void {
  if (areFinite(values)) return
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length)
  for (let i = 0; i < bits.length; i++) {
    if ((bits[i] & exponent) !== exponent) continue
    const row = start + Math.floor(i / dim)
    const where = `${name}, row ${row}, column ${i % dim} (both from 0)`
    throw new SlimbedError('bad-input', `${where}: expected a finite float32 number, came ${values[i]}`)
  }
}
