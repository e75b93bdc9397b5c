// The levels of rows with the least squared error plus λ · bits, by Viterbi's algorithm over the states of the machine: in float32,
// operation by operation as src/leaf/plain-levels.js has it.

import { computedCosts, tableBytes, tabled, tabledCosts, tokens, unreachable } from './level-costs'

/** Columns after which the costs are made small again. */
const rebase: u32 = 256

/**
 * `x` is `rows × dim` float32, `gains` a byte a row, added to its contexts, `contexts` a u16 a column. `levels` and `costs` (67 a context: of
 * the levels from −3 to 63), `tails` (1) and `tokenCosts` (64) are float32, and so are `zeroCosts`, 4 for each two contexts: the cost of level 0
 * with quantizer 0, more than any cost, and the same with quantizer 1. `picks` are four times 16 bytes: those of the costs of the
 * branches of four states; `groups` says for every four states of the lower half by 16 times which of them. `branches` is a byte a
 * state: twice its quantizer, and 1 where an even level is the input 1. `scratch` has room for `24 + 2 · states` float32, then for
 * `dim` times 4 int32 and `states / 8` bytes. `out` gets `rows × dim` int32.
 */
export function chooseLevels(
  x: usize,
  rows: u32,
  dim: u32,
  states: u32,
  inverse: f32,
  gains: usize,
  contexts: usize,
  levels: usize,
  tails: usize,
  costs: usize,
  tokenCosts: usize,
  zeroCosts: usize,
  picks: usize,
  groups: usize,
  branches: usize,
  scratch: usize,
  out: usize
): void {
  const half = states >> 1
  const halfBytes = (<usize>half) << 2
  const step = states >> 3
  const pathBytes = (<usize>states) << 2
  const four = scratch
  const room = scratch + 64
  const paths = scratch + 96
  const kept = paths + 2 * pathBytes
  const decisions = kept + ((<usize>dim) << 4)
  const ones = f32x4.splat(1)
  const pick0 = v128.load(picks)
  const pick1 = v128.load(picks, 16)
  const pick2 = v128.load(picks, 32)
  const pick3 = v128.load(picks, 48)
  for (let row: u32 = 0; row < rows; row++) {
    let from = paths
    let to = paths + pathBytes
    for (let s: usize = 0; s < pathBytes; s += 4) store<f32>(from + s, unreachable)
    store<f32>(from, 0)
    const gain = <i32>load<u8>(gains + row)
    let decided = decisions
    for (let j: u32 = 0; j < dim; j++) {
      const y = min<f32>(abs(load<f32>(x + ((<usize>j) << 2)) * inverse), 1000000)
      const context = <i32>load<u16>(contexts + ((<usize>j) << 1)) + gain
      const level = levels + <usize>(context * tableBytes)
      const cost = costs + <usize>(context * tableBytes)
      const ys = f32x4.splat(y)
      // For each quantizer q, floor((y + q) / 2) + 1 is the larger of the nearest even and the nearest odd level.
      const halves = i32x4.trunc_sat_f32x4_s(f32x4.mul(f32x4.add(ys, f32x4(0, 0, 1, 1)), f32x4.splat(0.5)))
      const tops = i32x4.add(halves, i32x4.splat(1))
      const top0 = i32x4.extract_lane(tops, 0)
      const top1 = i32x4.extract_lane(tops, 2)
      let costs0: v128
      let costs1: v128
      if (top1 < tabled) {
        costs0 = tabledCosts(ys, ones, top0, level, cost)
        costs1 = tabledCosts(ys, ones, top1, level + tableBytes, cost + tableBytes)
      } else {
        const tail = tails + ((<usize>context) << 2)
        const token = tokenCosts + <usize>(context * tokens * 4)
        costs0 = computedCosts(ys, ones, top0, 0, load<f32>(tail), level, cost, token, room)
        costs1 = computedCosts(
          ys,
          ones,
          top1,
          1,
          load<f32>(tail, 4),
          level + tableBytes,
          cost + tableBytes,
          token + tokens * 4,
          room
        )
      }
      // The better of each two levels of one parity: by quantizer, the parity that is not the top's, and the top's.
      const upper = v128.shuffle<f32>(costs0, costs1, 2, 3, 6, 7)
      const lower = v128.shuffle<f32>(costs0, costs1, 0, 1, 4, 5)
      const lowerWins = f32x4.lt(lower, upper)
      const mixed = v128.bitselect(lower, upper, lowerWins)
      // A mask is −1, twice that is how far down the lower level lies.
      const mixedKs = i32x4.add(i32x4.add(tops, i32x4(-1, 0, -1, 0)), i32x4.shl(lowerWins, 1))
      const oddTop = i32x4.ne(v128.and(tops, i32x4.splat(1)), i32x4.splat(0))
      const least = v128.bitselect(mixed, v128.shuffle<f32>(mixed, mixed, 1, 0, 3, 2), oddTop)
      const ks = v128.bitselect(mixedKs, v128.shuffle<i32>(mixedKs, mixedKs, 1, 0, 3, 2), oddTop)
      const zeros = f32x4.add(f32x4.mul(ys, ys), v128.load(zeroCosts + <usize>(context << 3)))
      const better = f32x4.lt(least, zeros)
      const c = v128.bitselect(least, zeros, better)
      v128.store(kept + ((<usize>j) << 4), v128.and(ks, better))
      v128.store(four, i8x16.swizzle(c, pick0))
      v128.store(four, i8x16.swizzle(c, pick1), 16)
      v128.store(four, i8x16.swizzle(c, pick2), 32)
      v128.store(four, i8x16.swizzle(c, pick3), 48)
      for (let at: usize = 0, put: usize = to; at < halfBytes; at += 16, put += 32) {
        const group = <usize>load<u8>(groups + (at >> 4))
        const low = v128.load(from + at)
        const high = v128.load(from + halfBytes + at)
        const a = v128.load(four + group)
        const b = v128.load(four + (group ^ 16))
        const evenLow = f32x4.add(low, a)
        const evenHigh = f32x4.add(high, b)
        const oddLow = f32x4.add(low, b)
        const oddHigh = f32x4.add(high, a)
        const even = f32x4.pmin(evenLow, evenHigh)
        const odd = f32x4.pmin(oddLow, oddHigh)
        v128.store(put, v128.shuffle<f32>(even, odd, 0, 4, 1, 5))
        v128.store(put, v128.shuffle<f32>(even, odd, 2, 6, 3, 7), 16)
        const wins = i32x4.bitmask(f32x4.lt(evenHigh, evenLow)) | (i32x4.bitmask(f32x4.lt(oddHigh, oddLow)) << 4)
        store<u8>(decided + (at >> 4), wins)
      }
      decided += step
      const swap = from
      from = to
      to = swap
      if (j % rebase === rebase - 1) {
        const least = load<f32>(from)
        for (let s: usize = 0; s < pathBytes; s += 4) store<f32>(from + s, load<f32>(from + s) - least)
      }
    }
    let state: u32 = 0
    for (let s: u32 = 1; s < states; s++) {
      if (load<f32>(from + ((<usize>s) << 2)) < load<f32>(from + ((<usize>state) << 2))) state = s
    }
    for (let j: i32 = dim - 1; j >= 0; j--) {
      const input = state & 1
      const low = state >> 1
      const wins = load<u8>(decisions + <usize>j * step + (low >> 2)) >> <u8>((low & 3) + 4 * input)
      const before = low + (wins & 1 ? half : 0)
      const branch = <usize>(load<u8>(branches + before) ^ <u8>input)
      const k = load<i32>(kept + ((<usize>j) << 4) + (branch << 2))
      const at = (<usize>j) << 2
      store<i32>(out + at, load<f32>(x + at) < 0 ? -k : k)
      state = before
    }
    x += (<usize>dim) << 2
    out += (<usize>dim) << 2
  }
}
