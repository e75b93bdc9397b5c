let tables: Int32Array | undefined

/** Eight tables of 256: entry (t, b) is the CRC of byte b followed by t zero bytes. */
function makeTables(): Int32Array {
  const out = new Int32Array(8 * 256)
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
    out[byte] = crc
  }
  for (let i = 256; i < out.length; i++) {
    const before = out[i - 256]!
    out[i] = (before >>> 8) ^ out[before & 255]!
  }
  return out
}

/**
 * CRC-32 (zlib's polynomial) of `bytes`, an unsigned 32-bit integer; `before` is that of the bytes before them.
 * Eight bytes at a time (Kounavis and Berry 2005, "slicing by 8").
 */
export function crc32(bytes: Uint8Array, before = 0): number {
  tables ??= makeTables()
  const t = tables
  let crc = ~before
  let i = 0
  for (const end = bytes.length - 7; i < end; i += 8) {
    crc ^= bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24)
    crc =
      t[1792 + (crc & 255)]! ^
      t[1536 + ((crc >>> 8) & 255)]! ^
      t[1280 + ((crc >>> 16) & 255)]! ^
      t[1024 + (crc >>> 24)]! ^
      t[768 + bytes[i + 4]!]! ^
      t[512 + bytes[i + 5]!]! ^
      t[256 + bytes[i + 6]!]! ^
      t[bytes[i + 7]!]!
  }
  for (; i < bytes.length; i++) crc = (crc >>> 8) ^ t[(crc ^ bytes[i]!) & 255]!
  return ~crc >>> 0
}

/** A checksum as files hold it: eight lower-case hex digits. */
export const hex8 = (crc: number): string => crc.toString(16).padStart(8, '0')
