// Between codes of one byte each and bit streams of 1 to 8 bits a code: eight codes are `bits` bytes.

/** The lower half of each 16, 32 or 64 bits. */
const odd8: u64 = 0x00ff00ff * (((<u64>1) << 32) + 1)
const odd16: u64 = 0x0000ffff * (((<u64>1) << 32) + 1)
const odd32: u64 = 0xffffffff

/** Packs `count` codes of one byte; up to 7 bytes after the stream are overwritten, and codes are read to a multiple of 8. */
export function pack(codes: usize, count: u32, bits: u32, out: usize): void {
  const b: u64 = bits
  for (let j: u32 = 0; j < count; j += 8) {
    let x = load<u64>(codes + j)
    if (count - j < 8) x &= ((<u64>1) << ((<u64>(count - j)) << 3)) - 1
    x = (x & odd8) | (((x >> 8) & odd8) << b)
    x = (x & odd16) | (((x >> 16) & odd16) << (2 * b))
    x = (x & odd32) | ((x >> 32) << (4 * b))
    store<u64>(out, x)
    out += bits
  }
}

/** Unpacks `count` codes; up to 7 bytes after either end are read, or written. */
export function unpack(packed: usize, count: u32, bits: u32, codes: usize): void {
  const b: u64 = bits
  // The lowest `bits`, 2 `bits` and 4 `bits` of each 16, 32 and 64.
  const low1: u64 = (u64.MAX_VALUE / 0xffff) * (((<u64>1) << b) - 1)
  const low2: u64 = (u64.MAX_VALUE / 0xffffffff) * (((<u64>1) << (2 * b)) - 1)
  const low4: u64 = ((<u64>1) << (4 * b)) - 1
  for (let j: u32 = 0; j < count; j += 8) {
    let x = load<u64>(packed)
    x = (x & low4) | (((x >> (4 * b)) & low4) << 32)
    x = (x & low2) | (((x >> (2 * b)) & low2) << 16)
    x = (x & low1) | (((x >> b) & low1) << 8)
    store<u64>(codes + j, x)
    packed += bits
  }
}
