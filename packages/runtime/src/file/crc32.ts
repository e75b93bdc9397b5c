let tables: Int32Array | undefined

/** Eight tables of 256: entry (t, b) is the CRC of byte b followed by t zero bytes. */
function makeTables(): Int32Array {
  const out = new Int32Array(8 * 256)
  // Those of single bits, and sums of them.
  for (let bit = 128, crc = 1; bit > 0; bit >>= 1) {
    crc = (crc >>> 1) ^ (crc & 1 && 0xedb88320)
    for (let byte = 0; byte < 256; byte += 2 * bit) out[byte + bit] = out[byte] ^ crc
  }
  for (let i = 256; i < out.length; i++) {
    const before = out[i - 256]
    out[i] = (before >>> 8) ^ out[before & 255]
  }
  return out
}

type Checksum = (bytes: Uint8Array, before?: number) => number

/** zlib's own function on Node and similar runtimes, which is three times as fast. */
const native = () =>
  (
    globalThis as { process?: { getBuiltinModule?: (name: 'node:zlib') => { crc32?: Checksum } | undefined } }
  ).process?.getBuiltinModule?.('node:zlib')?.crc32

/**
 * `crc32` in JavaScript alone. Eight bytes at a time (Kounavis and Berry 2005, "slicing by 8"), on a little-endian machine.
 */
export function crc32Plain(bytes: Uint8Array, before = 0): number {
  tables ??= makeTables()
  const t = tables
  const { buffer, byteOffset, length } = bytes
  const words = new Int32Array(buffer, 0, buffer.byteLength >> 2)
  let crc = ~before
  for (let i = 0, w = Math.ceil(byteOffset / 4); i < length; ) {
    if (i < (-byteOffset & 3) || i + 8 > length) {
      crc = (crc >>> 8) ^ t[(crc ^ bytes[i++]) & 255]
      continue
    }
    const low = crc ^ words[w++]
    const high = words[w++]
    i += 8
    crc =
      t[1792 + (low & 255)] ^
      t[1536 + ((low >>> 8) & 255)] ^
      t[1280 + ((low >>> 16) & 255)] ^
      t[1024 + (low >>> 24)] ^
      t[768 + (high & 255)] ^
      t[512 + ((high >>> 8) & 255)] ^
      t[256 + ((high >>> 16) & 255)] ^
      t[high >>> 24]
  }
  return ~crc >>> 0
}

let best: Checksum | undefined

/** CRC-32 (zlib's polynomial) of `bytes`, an unsigned 32-bit integer; `before` is that of the bytes before them. */
export function crc32(bytes: Uint8Array, before?: number): number {
  best ??= native() ?? crc32Plain
  // zlib takes lengths of at most 32 bits.
  return (bytes.length < 2 ** 31 ? best : crc32Plain)(bytes, before)
}

/** A checksum as files hold it: eight lower-case hex digits. */
export const hex8 = (crc: number): string => crc.toString(16).padStart(8, '0')
