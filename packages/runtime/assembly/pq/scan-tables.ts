// Search by tables of 16 entries: what a row scores at most, 16 rows at a time (as in André, Kermarrec and Le Scouarnec 2017).

/** Adds 16 bytes to 16 sums of 16 bits. */
function addLow(sums: v128, bytes: v128): v128 {
  return i16x8.add(sums, i16x8.extend_low_i8x16_u(bytes))
}
function addHigh(sums: v128, bytes: v128): v128 {
  return i16x8.add(sums, i16x8.extend_high_i8x16_u(bytes))
}

/** Whether one of four sums is more than `factor · norm − offset` of its row. */
function above(sums: v128, norms: usize, factor: v128, offset: v128): v128 {
  return f32x4.gt(f32x4.convert_i32x4_u(sums), f32x4.sub(f32x4.mul(v128.load(norms), factor), offset))
}

/**
 * The first block from `block` on with a row whose sum of table entries is more than `factor · norm − offset`; `blocks` when there is
 * none.
 *
 * A block is 16 rows: for each of `pairs` pairs of codes 16 bytes, the first code of a row in the low half of its byte. `tables` has two
 * tables of 16 bytes for each pair, `norms` a float32 for each row. All places are aligned to 16 bytes.
 */
export function scanTables(
  codes: usize,
  block: u32,
  blocks: u32,
  pairs: u32,
  tables: usize,
  norms: usize,
  factor: f32,
  offset: f32
): u32 {
  const factors = f32x4.splat(factor)
  const offsets = f32x4.splat(offset)
  const low = i8x16.splat(15)
  for (; block < blocks; block++) {
    let at = codes + <usize>block * pairs * 16
    let first = i16x8.splat(0)
    let last = first
    const end = tables + <usize>pairs * 32
    for (let table = tables; table < end; table += 32) {
      const bytes = v128.load(at)
      at += 16
      const a = i8x16.swizzle(v128.load(table), v128.and(bytes, low))
      const b = i8x16.swizzle(v128.load(table, 16), i8x16.shr_u(bytes, 4))
      first = addLow(addLow(first, a), b)
      last = addHigh(addHigh(last, a), b)
    }
    const own = norms + <usize>block * 64
    const found = v128.or(
      v128.or(
        above(i32x4.extend_low_i16x8_u(first), own, factors, offsets),
        above(i32x4.extend_high_i16x8_u(first), own + 16, factors, offsets)
      ),
      v128.or(
        above(i32x4.extend_low_i16x8_u(last), own + 32, factors, offsets),
        above(i32x4.extend_high_i16x8_u(last), own + 48, factors, offsets)
      )
    )
    if (v128.any_true(found)) return block
  }
  return blocks
}
