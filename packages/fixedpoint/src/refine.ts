import type { Grid } from './grid.js'
import type { Points } from './points.js'

/**
 * Improves a grid by turns: codes for the grid, then the grid of least squared error for the codes (Lloyd's iteration).
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
      const x = values[i]!
      const w = weights[i]!
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
