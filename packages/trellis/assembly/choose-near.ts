// The levels of one row of which errors along some directions count more, by Viterbi's algorithm where each state keeps the sums of errors
// along the directions of the best path to it: in float32, operation by operation as src/near/plain-near.js has it.

import { below, computedCosts, tableBytes, tabled, tabledCosts, tokens, unreachable } from './level-costs'

/** Columns after which the costs are made small again. */
const rebase: u32 = 256

/** `Σ aᵢ bᵢ`, in four sums that are added in pairs at last; `bytes` is a multiple of 16. */
function dot(a: usize, b: usize, bytes: usize): f32 {
  let sum = f32x4.splat(0)
  for (let at: usize = 0; at < bytes; at += 16) {
    sum = f32x4.add(sum, f32x4.mul(v128.load(a + at), v128.load(b + at)))
  }
  const low = f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1)
  return low + (f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3))
}

/**
 * What is best done about errors so far: an error of column j is best met by `−uⱼ · s`, s the sums of the errors before it, and costs `dⱼ` times
 * its distance from that. With `A = I + Σ nᵢ nᵢᵀ` of the columns from j on, uⱼ and dⱼ follow from the inverse of A for the columns after j.
 * `pulls` gets u, `dim × width`, `charges` gets d.
 */
function eliminate(near: usize, dim: u32, width: u32, inverse: usize, pulls: usize, charges: usize): void {
  const bytes = (<usize>width) << 2
  for (let a: u32 = 0; a < width; a++) {
    for (let b: u32 = 0; b < width; b++) {
      store<f32>(inverse + ((<usize>(a * width + b)) << 2), a === b ? 1 : 0)
    }
  }
  for (let j: i32 = dim - 1; j >= 0; j--) {
    const n = near + <usize>j * bytes
    const u = pulls + <usize>j * bytes
    for (let a: usize = 0; a < <usize>width; a++) store<f32>(u + (a << 2), dot(inverse + a * bytes, n, bytes))
    const charge: f32 = 1 + dot(u, n, bytes)
    store<f32>(charges + ((<usize>j) << 2), charge)
    const share: f32 = 1 / charge
    for (let a: usize = 0; a < <usize>width; a++) {
      const factor = f32x4.splat(load<f32>(u + (a << 2)) * share)
      const line = inverse + a * bytes
      for (let at: usize = 0; at < bytes; at += 16) {
        v128.store(line + at, f32x4.sub(v128.load(line + at), f32x4.mul(factor, v128.load(u + at))))
      }
    }
    const shares = f32x4.splat(share)
    for (let at: usize = 0; at < bytes; at += 16) v128.store(u + at, f32x4.mul(v128.load(u + at), shares))
  }
}

/** Puts the best even and odd level of quantizer q for y, and what they cost, at `to`: two costs, then two levels. */
function candidates(
  y: f32,
  charge: f32,
  q: i32,
  level: usize,
  cost: usize,
  tail: usize,
  token: usize,
  room: usize,
  to: usize
): void {
  const top: i32 = <i32>((y + <f32>q) * 0.5) + 1
  const ys = f32x4.splat(y)
  const charges = f32x4.splat(charge)
  const costs =
    top < tabled
      ? tabledCosts(ys, charges, top, level, cost)
      : computedCosts(ys, charges, top, q, load<f32>(tail), level, cost, token, room)
  const c0 = f32x4.extract_lane(costs, 0)
  const c1 = f32x4.extract_lane(costs, 1)
  const c2 = f32x4.extract_lane(costs, 2)
  const c3 = f32x4.extract_lane(costs, 3)
  const lower = c0 < c2
  const upper = c1 < c3
  const other = lower ? c0 : c2
  const same = upper ? c1 : c3
  const otherK = lower ? top - 3 : top - 1
  const sameK = upper ? top - 2 : top
  const odd = top & 1
  const zero: f32 = y * y * charge + load<f32>(cost + ((<usize>below) << 2))
  let even = odd ? other : same
  let evenK = odd ? otherK : sameK
  if (!(even < zero)) {
    even = zero
    evenK = 0
  }
  store<f32>(to, even)
  store<f32>(to, odd ? same : other, 4)
  store<i32>(to, evenK, 8)
  store<i32>(to, odd ? sameK : otherK, 12)
}

/**
 * `x` is `dim` float32, `near` `dim × width` float32: the directions' values in each column; `width` is a multiple of 4. The tables are those of
 * `chooseLevels`. `scratch` has room for `12 + width² + dim · (width + 1) + states · (10 + 2 · width)` float32 and as many int32 as `dim · states`. `out` gets
 * `dim` int32.
 */
export function chooseNear(
  x: usize,
  dim: u32,
  width: u32,
  states: u32,
  inverse: f32,
  gain: u32,
  contexts: usize,
  levels: usize,
  tails: usize,
  costs: usize,
  tokenCosts: usize,
  branches: usize,
  near: usize,
  scratch: usize,
  out: usize
): void {
  const bytes = (<usize>width) << 2
  const half = states >> 1
  const room = scratch
  const matrix = room + 32
  const pulls = matrix + bytes * <usize>width
  const charges = pulls + <usize>dim * bytes
  const options = charges + ((<usize>((dim + 3) & ~3)) << 2)
  let from = options + ((<usize>states) << 5)
  let to = from + ((<usize>states) << 2)
  let sums = to + ((<usize>states) << 2)
  let next = sums + <usize>states * bytes
  const paths = next + <usize>states * bytes
  eliminate(near, dim, width, matrix, pulls, charges)
  for (let s: usize = 0; s < <usize>states; s++) store<f32>(from + (s << 2), unreachable)
  store<f32>(from, 0)
  memory.fill(sums, 0, <usize>states * bytes)
  for (let j: u32 = 0; j < dim; j++) {
    const z: f32 = load<f32>(x + ((<usize>j) << 2)) * inverse
    const context = <i32>(<u32>load<u16>(contexts + ((<usize>j) << 1)) + gain)
    const charge = load<f32>(charges + ((<usize>j) << 2))
    const u = pulls + <usize>j * bytes
    const n = near + <usize>j * bytes
    for (let s: u32 = 0; s < states; s++) {
      const option = options + ((<usize>s) << 5)
      const branch = <i32>load<u8>(branches + s)
      const q = branch >> 1
      const own = context + q
      const target: f32 = z - dot(u, sums + <usize>s * bytes, bytes)
      const level = levels + <usize>(own * tableBytes)
      const cost = costs + <usize>(own * tableBytes)
      const tail = tails + ((<usize>own) << 2)
      const token = tokenCosts + <usize>(own * tokens * 4)
      candidates(min<f32>(abs(target), 1000000), charge, q, level, cost, tail, token, room, option)
      for (let p: usize = 0; p < 8; p += 4) {
        const k = load<i32>(option + p, 8)
        let value: f32 = 0
        if (k > 0) {
          const whole: i32 = 2 * k - q
          value = k < tabled ? load<f32>(level + ((<usize>(k + below)) << 2)) : <f32>whole - load<f32>(tail)
        }
        const signed = target < 0 ? -k : k
        store<i32>(option + p, signed, 8)
        store<f32>(option + p, (target < 0 ? -value : value) - z, 16)
      }
    }
    const path = paths + ((<usize>(j * states)) << 2)
    for (let i: u32 = 0; i < half; i++) {
      const low = options + ((<usize>i) << 5)
      const high = options + ((<usize>(i + half)) << 5)
      const flipLow = (<usize>(load<u8>(branches + i) & 1)) << 2
      const flipHigh = (<usize>(load<u8>(branches + i + half) & 1)) << 2
      for (let input: usize = 0; input < 2; input++) {
        const placeLow = low + (flipLow ^ (input << 2))
        const placeHigh = high + (flipHigh ^ (input << 2))
        const costLow = load<f32>(from + ((<usize>i) << 2)) + load<f32>(placeLow)
        const costHigh = load<f32>(from + ((<usize>(i + half)) << 2)) + load<f32>(placeHigh)
        const wins = costHigh < costLow
        const place = wins ? placeHigh : placeLow
        const state = ((<usize>i) << 1) + input
        store<f32>(to + (state << 2), wins ? costHigh : costLow)
        store<i32>(path + (state << 2), (load<i32>(place, 8) << 1) | (wins ? 1 : 0))
        const e = f32x4.splat(load<f32>(place, 16))
        const before = sums + <usize>(wins ? i + half : i) * bytes
        const after = next + state * bytes
        for (let at: usize = 0; at < bytes; at += 16) {
          v128.store(after + at, f32x4.add(v128.load(before + at), f32x4.mul(e, v128.load(n + at))))
        }
      }
    }
    let swap = from
    from = to
    to = swap
    swap = sums
    sums = next
    next = swap
    if (j % rebase === rebase - 1) {
      const least = load<f32>(from)
      for (let s: usize = 0; s < <usize>states; s++) {
        store<f32>(from + (s << 2), load<f32>(from + (s << 2)) - least)
      }
    }
  }
  let state: u32 = 0
  for (let s: u32 = 1; s < states; s++) {
    if (load<f32>(from + ((<usize>s) << 2)) < load<f32>(from + ((<usize>state) << 2))) state = s
  }
  for (let j: i32 = dim - 1; j >= 0; j--) {
    const found = load<i32>(paths + ((<usize>(<u32>j * states + state)) << 2))
    store<i32>(out + ((<usize>j) << 2), found >> 1)
    state = (state >> 1) + (found & 1 ? half : 0)
  }
}
