import { codeBytes, SlimbedError } from '@slimbed/runtime'

/**
 * Packs rows of codes, `codes.length / dim` of them, into `out` from its row `row` on, as `quantized` holds them: each row a
 * little-endian bit stream of `⌈dim · bits / 8⌉` bytes.
 *
 * Throws `bad-input` when a code takes more than `bits` bits or `out` is too small.
 */
export function packCodes(codes: Uint8Array | Uint16Array, dim: number, bits: number, out: Uint8Array, row = 0): void {
  const rows = codes.length / dim
  const rowBytes = codeBytes(dim, bits)
  if (!Number.isInteger(rows) || (row + rows) * rowBytes > out.length) {
    const room = `${out.length} bytes from row ${row}`
    throw new SlimbedError(
      'bad-input',
      `packCodes: ${codes.length} codes in rows of ${dim} at ${bits} bits do not fit ${room}`
    )
  }
  let all = 0
  for (let i = 0; i < codes.length; i++) all |= codes[i]
  if (all >> bits !== 0) throw new SlimbedError('bad-input', `packCodes: a code takes more than ${bits} bits`)
  let at = row * rowBytes
  if (bits === 8) {
    out.set(codes, at)
    return
  }
  for (let i = 0; i < codes.length; ) {
    let held = 0
    let count = 0
    for (const end = i + dim; i < end; i++) {
      held |= codes[i] << count
      count += bits
      while (count >= 8) {
        out[at++] = held
        held >>= 8
        count -= 8
      }
    }
    if (count > 0) out[at++] = held
  }
}
