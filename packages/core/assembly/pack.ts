// Between codes of one byte each and bit streams of 1 to 8 bits a code: eight codes are `bits` bytes.

// @ts-ignore: an operator of AssemblyScript
@inline
const odd8: u64 = 0x00ff00ff00ff00ff
// @ts-ignore
@inline
const odd16: u64 = 0x0000ffff0000ffff
// @ts-ignore
@inline
const odd32: u64 = 0x00000000ffffffff

/** Packs `count` codes of one byte; up to 7 bytes after the stream are overwritten, and codes are read to a multiple of 8. */
export function pack(codes: usize, count: u32, bits: u32, out: usize): void {
  const b: u64 = bits
  for (let j: u32 = 0; j < count; j += 8) {
    let x = load<u64>(codes + j)
    if (count - j < 8) x &= ((<u64>1) << (<u64>(count - j) << 3)) - 1
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
  const low1: u64 = 0x0101010101010101 * (((<u64>1) << b) - 1)
  const low2: u64 = 0x0001000100010001 * (((<u64>1) << (2 * b)) - 1)
  const low4: u64 = 0x0000000100000001 * (((<u64>1) << (4 * b)) - 1)
  for (let j: u32 = 0; j < count; j += 8) {
    let x = load<u64>(packed)
    x = (x | (x << (32 - 4 * b))) & low4
    x = (x | (x << (16 - 2 * b))) & low2
    x = (x | (x << (8 - b))) & low1
    store<u64>(codes + j, x)
    packed += bits
  }
}
