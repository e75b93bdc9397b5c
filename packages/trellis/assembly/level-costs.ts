// What levels cost: the squared distance of their values, times what it is charged, plus λ · bits.

/** Levels below 0 in the tables of a context, at a cost that none takes; levels from 0 on there; tokens of a context. */
export const below: i32 = 3
export const tabled: i32 = 64
export const tokens: i32 = 64
/** Bytes of one table of a context by its levels. */
export const tableBytes: i32 = (below + tabled) * 4
/** More than any path costs. */
export const unreachable: f32 = 1e30

/** The token of a magnitude of 16 or more. */
function tokenOf(k: i32): i32 {
  const exponent = 31 - clz(k)
  return 8 + 2 * exponent + ((k >> (exponent - 1)) & 1)
}

/** What the levels from `top − 3` to `top` cost, out of the tables of a context. */
export function tabledCosts(y: v128, charge: v128, top: i32, levels: usize, costs: usize): v128 {
  const at = <usize>(top << 2)
  const off = f32x4.sub(y, v128.load(levels + at))
  return f32x4.add(f32x4.mul(f32x4.mul(off, off), charge), v128.load(costs + at))
}

/** The same for large levels, of which those from 16 on are computed. */
export function computedCosts(
  y: v128,
  charge: v128,
  top: i32,
  q: i32,
  tail: f32,
  levels: usize,
  costs: usize,
  tokenCosts: usize,
  room: usize
): v128 {
  for (let i = 0; i < 4; i++) {
    const k = top - 3 + i
    const at = room + ((<usize>i) << 2)
    let level: f32
    let cost: f32
    if (k < tabled) {
      level = load<f32>(levels + ((<usize>(k + below)) << 2))
      cost = load<f32>(costs + ((<usize>(k + below)) << 2))
    } else {
      const whole: i32 = 2 * k - q
      level = <f32>whole - tail
      cost = load<f32>(tokenCosts + ((<usize>tokenOf(k)) << 2))
    }
    store<f32>(at, level)
    store<f32>(at, cost, 16)
  }
  const off = f32x4.sub(y, v128.load(room))
  return f32x4.add(f32x4.mul(f32x4.mul(off, off), charge), v128.load(room, 16))
}
