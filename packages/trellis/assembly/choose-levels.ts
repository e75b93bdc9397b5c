// The levels of rows with the least squared error plus λ · bits, by Viterbi's algorithm over the states of the machine: in float32,
// operation by operation as src/leaf/plain-levels.js has it.

/** Levels with a place of their own in a context's tables; tokens of a context. */
const plain: i32 = 16
const tokens: i32 = 64
/** More than any path costs. */
const unreachable: f32 = 1e30
/** Columns after which the costs are made small again. */
const rebase: u32 = 256

/** The token of a magnitude. */
function tokenOf(k: i32): i32 {
  if (k < plain) return k
  const exponent = 31 - clz(k)
  return 8 + 2 * exponent + ((k >> (exponent - 1)) & 1)
}

/** What level k costs in a context of quantizer q. */
function costOf(y: f32, k: i32, q: i32, levels: usize, tail: f32, costs: usize): f32 {
  const whole: i32 = 2 * k - q
  const level = k < plain ? load<f32>(levels + ((<usize>k) << 2)) : <f32>whole - tail
  const off = y - level
  return off * off + load<f32>(costs + ((<usize>tokenOf(k)) << 2))
}

/** Writes the best even and odd level of one quantizer, and what they cost. */
function candidates(y: f32, q: i32, levels: usize, tail: f32, costs: usize, outCosts: usize, outLevels: usize): void {
  const at = (y + <f32>q) * 0.25
  let even = <i32>floor(at + 0.5) * 2
  let best = y * y + load<f32>(costs)
  let level = 0
  for (let i = 0; i < 2 && even > 0; i++, even -= 2) {
    const cost = costOf(y, even, q, levels, tail, costs)
    if (cost < best) {
      best = cost
      level = even
    }
  }
  store<f32>(outCosts, best)
  store<i32>(outLevels, level)
  let odd = <i32>floor(at) * 2 + 1
  best = costOf(y, odd, q, levels, tail, costs)
  level = odd
  odd -= 2
  if (odd > 0) {
    const cost = costOf(y, odd, q, levels, tail, costs)
    if (cost < best) {
      best = cost
      level = odd
    }
  }
  store<f32>(outCosts, best, 4)
  store<i32>(outLevels, level, 4)
}

/**
 * `x` is `rows × dim` float32, `gains` a byte a row, added to its contexts, `contexts` a u16 a column; `levels` (16 a context), `tails` (1) and `costs` (64)
 * are float32. `first` and `second` hold, for every four states of the lower half, the bytes that pick the four costs of their two
 * branches. `quantizers` and `flips` are a byte a state. `scratch` has room for `4 + 2 · states` float32, then for `dim` times 4 int32
 * and `states / 8` bytes. `out` gets `rows × dim` int32.
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
  first: usize,
  second: usize,
  quantizers: usize,
  flips: usize,
  scratch: usize,
  out: usize
): void {
  const half = states >> 1
  const halfBytes = (<usize>half) << 2
  const step = states >> 3
  const pathBytes = (<usize>states) << 2
  const four = scratch
  const paths = scratch + 16
  const kept = paths + 2 * pathBytes
  const decisions = kept + ((<usize>dim) << 4)
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
      const tail = tails + ((<usize>context) << 2)
      const level = levels + <usize>(context * plain * 4)
      const cost = costs + <usize>(context * tokens * 4)
      const keep = kept + ((<usize>j) << 4)
      candidates(y, 0, level, load<f32>(tail), cost, four, keep)
      candidates(y, 1, level + plain * 4, load<f32>(tail, 4), cost + tokens * 4, four + 8, keep + 8)
      const c = v128.load(four)
      for (let at: usize = 0, put: usize = to; at < halfBytes; at += 16, put += 32) {
        const low = v128.load(from + at)
        const high = v128.load(from + halfBytes + at)
        const a = i8x16.swizzle(c, v128.load(first + at))
        const b = i8x16.swizzle(c, v128.load(second + at))
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
      const odd = input ^ load<u8>(flips + before)
      const k = load<i32>(kept + ((<usize>j) << 4) + ((<usize>(2 * load<u8>(quantizers + before) + odd)) << 2))
      const at = (<usize>j) << 2
      store<i32>(out + at, load<f32>(x + at) < 0 ? -k : k)
      state = before
    }
    x += (<usize>dim) << 2
    out += (<usize>dim) << 2
  }
}
