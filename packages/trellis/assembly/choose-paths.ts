// The states of rows with the least weighted squared error, by Viterbi's algorithm over a shift register: in float32, operation by operation
// as src/fixed/plain-paths.js has it.

/** More than any path costs. */
const unreachable: f32 = 1e30

/** The least cost of the states before each group of states that follow the same ones, `groups` of them. */
function leastOf(costs: usize, groups: u32, branches: u32, least: usize): void {
  const bytes = (<usize>groups) << 2
  for (let at: usize = 0; at < bytes; at += 16) {
    let low = v128.load(costs + at)
    let from = costs + at + bytes
    for (let branch: u32 = 1; branch < branches; branch++, from += bytes) low = f32x4.pmin(low, v128.load(from))
    v128.store(least + at, low)
  }
}

/** The costs of all states after a value `y`. */
function step(y: f32, weight: f32, bits: u32, bytes: usize, book: usize, least: usize, to: usize): void {
  const ys = f32x4.splat(y)
  const ws = f32x4.splat(weight)
  for (let at: usize = 0; at < bytes; at += 16) {
    let low: v128
    if (bits === 1) {
      low = v128.load64_zero(least + (at >> 1))
      low = v128.shuffle<f32>(low, low, 0, 0, 1, 1)
    } else low = v128.load32_splat(least + ((at >> (bits + 2)) << 2))
    const off = f32x4.sub(ys, v128.load(book + at))
    v128.store(to + at, f32x4.add(low, f32x4.mul(ws, f32x4.mul(off, off))))
  }
}

/**
 * `y` is `rows × dim` float32 in units of the levels; `weights` (float32), `bits` (u8) and `books` (u32: the number of its first level in `levels`)
 * have an entry a column; `starts` is the first state of each row, u16. A row's columns are decided `segment` at a time: `scratch` has
 * room for `(segment + 2) · states` float32. `out` gets `rows × dim` u16, the state after each value.
 */
export function choosePaths(
  y: usize,
  rows: u32,
  dim: u32,
  states: u32,
  weights: usize,
  bits: usize,
  books: usize,
  levels: usize,
  starts: usize,
  segment: u32,
  scratch: usize,
  out: usize
): void {
  const bytes = (<usize>states) << 2
  const least = scratch
  const costs = scratch + bytes
  for (let row: u32 = 0; row < rows; row++) {
    let start: u32 = load<u16>(starts + ((<usize>row) << 1))
    for (let first: u32 = 0; first < dim; first += segment) {
      const end = min(dim, first + segment)
      let at = costs
      for (let s: usize = 0; s < bytes; s += 4) store<f32>(at + s, unreachable)
      store<f32>(at + ((<usize>start) << 2), 0)
      for (let j = first; j < end; j++, at += bytes) {
        const place = (<usize>j) << 2
        const count: u32 = load<u8>(bits + j)
        if (count === 0) memory.copy(at + bytes, at, bytes)
        else {
          leastOf(at, states >> count, 1 << count, least)
          const book = levels + ((<usize>load<u32>(books + place)) << 2)
          step(load<f32>(y + place), load<f32>(weights + place), count, bytes, book, least, at + bytes)
        }
      }
      let state: u32 = 0
      for (let s: u32 = 1; s < states; s++) {
        if (load<f32>(at + ((<usize>s) << 2)) < load<f32>(at + ((<usize>state) << 2))) state = s
      }
      start = state
      for (let j: i32 = end - 1; j >= <i32>first; j--) {
        store<u16>(out + ((<usize>j) << 1), <u16>state)
        at -= bytes
        const count: u32 = load<u8>(bits + j)
        if (count === 0) continue
        const groups = states >> count
        let before = state >> count
        for (let from = before + groups; from < states; from += groups) {
          if (load<f32>(at + ((<usize>from) << 2)) < load<f32>(at + ((<usize>before) << 2))) before = from
        }
        state = before
      }
    }
    y += (<usize>dim) << 2
    out += (<usize>dim) << 1
  }
}
