import type { Grid } from './grid.js'
import type { Points } from './points.js'

/** A scale, and by how much it reduces the error `Σ w x²`. */
interface Found {
  readonly scale: number
  readonly explained: number
}

const maxSteps = 1024

/** Buffers of `searchScale`: how the sums change at each step of 1/scale, where values pass to the next level. */
const products = new Float64Array(maxSteps + 1)
const squares = new Float64Array(maxSteps + 1)

/** How far around the clipping threshold the best scale is searched for: less for finer grids. */
const reach = (bits: number): number => (bits <= 8 ? 0.8 / bits : 0.1 * 2 ** (8 - bits))

/**
 * The scale of the mid-rise grid `±½, ±1½, … ±(2^bits − 1)/2` with the least squared error over the values.
 *
 * For fixed codes u the best scale is `Σwxu / Σwu²`, and what it leaves is `Σwx² − (Σwxu)² / Σwu²`. As 1/scale grows, a
 * value x passes to level k + ½ at 1/scale = k/|x|; so one pass over these points, in buckets, gives both sums exactly
 * at every one of a few hundred steps of 1/scale, at a cost that hardly grows with the bits. The search is around the scale
 * whose grid ends at `threshold` (positive).
 */
export function searchScale(
  { count, values, weights }: Points,
  bits: number,
  threshold: number,
  zero = (2 ** bits - 1) / 2
): Found {
  const top = 2 ** bits - 1
  const [above, below] = [Math.floor(top - zero), Math.floor(zero)]
  // Levels are at k + ½ − offset, for k = 0, 1, 2 …
  const offset = zero - top / 2
  const first = 0.5 - offset
  const steps = Math.max(64, Math.min(maxSteps, count))
  const middle = top / 2 / threshold
  const from = middle / (1 + reach(bits))
  const to = middle * (1 + reach(bits))
  const perUnit = steps / (to - from)
  products.fill(0, 0, steps + 1)
  squares.fill(0, 0, steps + 1)
  for (let i = 0; i < count; i++) {
    const x = Math.abs(values[i])
    const w = weights[i]
    const last = values[i] < 0 ? below : above
    let k = Math.min(Math.floor(x * from + offset), last)
    products[0] = products[0] + w * x * (k + first)
    squares[0] = squares[0] + w * (k + first) * (k + first)
    const end = Math.min(Math.floor(x * to + offset), last)
    if (k === end) continue
    const wx = w * x
    const stride = perUnit / x
    const start = from * perUnit
    for (k++; k <= end; k++) {
      const step = Math.min(Math.ceil((k - offset) * stride - start), steps)
      products[step] = products[step] + wx
      squares[step] = squares[step] + 2 * (k - offset) * w
    }
  }
  let product = 0
  let square = 0
  let best = -1
  let scale = 0
  for (let step = 0; step <= steps; step++) {
    product += products[step]
    square += squares[step]
    const explained = (product * product) / square
    if (explained > best) {
      best = explained
      scale = product / square
    }
  }
  return { scale, explained: best }
}

/**
 * Improves a grid by alternating two steps: codes for the grid, then the grid of least squared error for the codes (Lloyd's iteration).
 * The error never rises. With `affine` both scale and zero move, otherwise the scale alone.
 */
export function refineGrid({ count, values, weights }: Points, top: number, grid: Grid, affine: boolean): void {
  let explained = -1
  for (let turn = 0; turn < 30; turn++) {
    let { scale, zero } = grid
    const rate = 1 / scale
    const offset = zero + 0.5
    let [w0, k1, k2, x1, kx] = [0, 0, 0, 0, 0]
    for (let i = 0; i < count; i++) {
      const x = values[i]
      const w = weights[i]
      const k = Math.floor(Math.min(Math.max(x * rate + offset, 0), top))
      const wk = w * k
      w0 += w
      k1 += wk
      k2 += wk * k
      x1 += w * x
      kx += wk * x
    }
    let now: number
    if (affine) {
      const spread = k2 - (k1 * k1) / w0
      const shared = kx - (k1 * x1) / w0
      scale = shared / spread
      zero = (k1 - x1 / scale) / w0
      now = (x1 * x1) / w0 + (shared * shared) / spread
    } else {
      const product = kx - zero * x1
      const square = k2 - 2 * zero * k1 + zero * zero * w0
      scale = product / square
      now = (product * product) / square
    }
    if (!(now > explained * (1 + 1e-9)) || !(scale > 0) || !Number.isFinite(zero)) return
    explained = now
    grid.scale = scale
    grid.zero = zero
  }
}
