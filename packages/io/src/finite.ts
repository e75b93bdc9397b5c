import { SlimbedError } from '@slimbed/core'

/**
 * Throws `bad-input` when one of `values`, rows of `dim` columns from row `start` of the file `name`, is NaN or
 * infinite.
 */
export function checkFinite(values: Float32Array, dim: number, start: number, name: string): void {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length)
  for (let i = 0; i < bits.length; i++) {
    if ((bits[i]! & 0x7f800000) !== 0x7f800000) continue
    const row = start + Math.floor(i / dim)
    const where = `${name}, row ${row}, column ${i % dim} (both from 0)`
    throw new SlimbedError('bad-input', `${where}: expected a finite float32 number, came ${values[i]}`)
  }
}
