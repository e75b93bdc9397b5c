// The search over packed codes: how many bits of a row differ from those of a query.

import { sums } from './sums'

/** The bits that differ between `size` bytes, a multiple of 16, at `a` and at `b`, in four partial counts. */
function differing(a: usize, b: usize, size: u32): v128 {
  let total = i32x4.splat(0)
  let at: u32 = 0
  while (at < size) {
    // 31 counts of at most 8 fit a byte.
    const end = min(size, at + 31 * 16)
    let counts = i8x16.splat(0)
    for (; at < end; at += 16) {
      counts = i8x16.add(counts, i8x16.popcnt(v128.xor(v128.load(a + at), v128.load(b + at))))
    }
    total = i32x4.add(total, i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(counts)))
  }
  return total
}

/**
 * The first row from `row` on, a multiple of 4, of which some among it and the next three differ from the query in fewer than
 * `limit` bits; `rows` when there is none. Their four distances are left at `out`.
 *
 * Rows are `stride` bytes, a multiple of 16; those up to the next multiple of 4 after `rows` can be read.
 */
export function scan(codes: usize, row: u32, rows: u32, stride: u32, query: usize, limit: i32, out: usize): u32 {
  const limits = i32x4.splat(limit)
  for (; row < rows; row += 4) {
    const at = codes + <usize>row * stride
    const found = sums(
      differing(at, query, stride),
      differing(at + stride, query, stride),
      differing(at + 2 * stride, query, stride),
      differing(at + 3 * stride, query, stride)
    )
    if (v128.any_true(i32x4.lt_s(found, limits))) {
      v128.store(out, found)
      return row
    }
  }
  return rows
}
