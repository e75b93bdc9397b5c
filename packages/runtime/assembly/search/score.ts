// The search over codes of 8 bits: inner products of signed bytes with a query of 16 bits, exact, then scores in float32.

import { sums } from './sums'

/** The inner products of 16 codes at `a` with those of the query, in four partial sums. */
function products(a: usize, low: v128, high: v128): v128 {
  return i32x4.add(i32x4.dot_i16x8_s(v128.load_ext<i8>(a), low), i32x4.dot_i16x8_s(v128.load_ext<i8>(a, 8), high))
}

/**
 * The first row from `row` on, a multiple of 4, of which some among it and the next three score more than `limit`; `rows` when there
 * is none. Their four scores, `product · factors[row] + constant · inverses[row]`, are left at `out`.
 *
 * Rows are `stride` bytes, a multiple of 16, the query twice as many; rows, factors and inverses up to the next multiple of 4 after
 * `rows` can be read.
 */
export function score(
  codes: usize,
  row: u32,
  rows: u32,
  stride: usize,
  query: usize,
  factors: usize,
  inverses: usize,
  constant: f32,
  limit: f32,
  out: usize
): u32 {
  const constants = f32x4.splat(constant)
  const limits = f32x4.splat(limit)
  for (; row < rows; row += 4) {
    let at = codes + <usize>row * stride
    const end = at + stride
    let q = query
    let a = i32x4.splat(0)
    let b = a
    let c = a
    let d = a
    for (; at < end; at += 16, q += 32) {
      const low = v128.load(q)
      const high = v128.load(q, 16)
      a = i32x4.add(a, products(at, low, high))
      b = i32x4.add(b, products(at + stride, low, high))
      c = i32x4.add(c, products(at + 2 * stride, low, high))
      d = i32x4.add(d, products(at + 3 * stride, low, high))
    }
    const place = (<usize>row) << 2
    const found = f32x4.add(
      f32x4.mul(f32x4.convert_i32x4_s(sums(a, b, c, d)), v128.load(factors + place)),
      f32x4.mul(constants, v128.load(inverses + place))
    )
    if (v128.any_true(f32x4.gt(found, limits))) {
      v128.store(out, found)
      return row
    }
  }
  return rows
}
