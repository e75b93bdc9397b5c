import { fail } from '../check.js'
import { codesOf } from '../kinds/forms.js'
import { codeBytes } from '../kinds/unpack.js'
import type { Table } from '../table/table.js'

/** The packed codes of a table of one bit, `rows × ⌈bits / 8⌉` bytes. */
export interface Packed {
  readonly rows: number
  readonly bits: number
  readonly codes: Uint8Array
}

/** The codes of a `quantized` table of 1 bit. Throws `bad-input` for any other table. */
export function packedOf(table: Table): Packed {
  const { rows, dim, kind } = table
  const found = codesOf(table)
  if (found?.bits === 1) return { rows, bits: dim, codes: found.codes }
  const got = found ? `one of ${found.bits} bits` : `the kind ${kind}`
  return fail('bad-input', `search over codes: expected a quantized table of 1 bit, got ${got}`)
}

/** Copies rows of codes to rows of `stride` bytes in `out`; spare bits become 0, also if they are not 0 in the file. */
export function spread({ rows, bits, codes }: Packed, stride: number, out: Uint8Array): void {
  const size = codeBytes(bits, 1)
  const mask = 0xff >> (size * 8 - bits)
  for (let row = 0; row < rows; row++) {
    const to = row * stride
    for (let i = 0, from = row * size; i < size; i++, from++) out[to + i] = codes[from]
    out[to + size - 1] &= mask
  }
}

/**
 * The codes of a query of `bits` values: their signs, 1 for what is not negative. Codes that are packed already are copied.
 *
 * Throws `bad-input` for another number of values or bytes.
 */
export function codesOfQuery(query: Float32Array | Uint8Array, bits: number): Uint8Array {
  const size = codeBytes(bits, 1)
  if (query instanceof Uint8Array) {
    if (query.length !== size) fail('bad-input', `expected a query of ${size} bytes of codes, got ${query.length}`)
    const out = new Uint8Array(query)
    out[size - 1] &= 0xff >> (size * 8 - bits)
    return out
  }
  if (query.length !== bits) fail('bad-input', `expected a query of ${bits} values, got ${query.length}`)
  const out = new Uint8Array(size)
  for (let j = 0; j < bits; j++) if (!(query[j] < 0)) out[j >> 3] |= 1 << (j & 7)
  return out
}
