// Products of rows and a small matrix, float32: each sum is that of its products in their order, as engines on WebAssembly have it.

/**
 * Two rows, `step` bytes apart, of `count` values, by a matrix of `count` rows, of which 16 columns at a time are stored one after another from `panels` to
 * `end`. `out` gets two rows, `outStep` bytes apart.
 */
export function multiplyTwo(
  a: usize,
  step: usize,
  count: u32,
  panels: usize,
  end: usize,
  out: usize,
  outStep: usize
): void {
  const panelBytes = (<usize>count) << 6
  const below = a + step
  while (panels < end) {
    let s0 = f32x4.splat(0)
    let s1 = s0
    let s2 = s0
    let s3 = s0
    let t0 = s0
    let t1 = s0
    let t2 = s0
    let t3 = s0
    let x = a
    let y = below
    for (const last = panels + panelBytes; panels < last; panels += 64) {
      const u = v128.load32_splat(x)
      const v = v128.load32_splat(y)
      const c0 = v128.load(panels)
      s0 = f32x4.add(s0, f32x4.mul(u, c0))
      t0 = f32x4.add(t0, f32x4.mul(v, c0))
      const c1 = v128.load(panels, 16)
      s1 = f32x4.add(s1, f32x4.mul(u, c1))
      t1 = f32x4.add(t1, f32x4.mul(v, c1))
      const c2 = v128.load(panels, 32)
      s2 = f32x4.add(s2, f32x4.mul(u, c2))
      t2 = f32x4.add(t2, f32x4.mul(v, c2))
      const c3 = v128.load(panels, 48)
      s3 = f32x4.add(s3, f32x4.mul(u, c3))
      t3 = f32x4.add(t3, f32x4.mul(v, c3))
      x += 4
      y += 4
    }
    v128.store(out, s0)
    v128.store(out, s1, 16)
    v128.store(out, s2, 32)
    v128.store(out, s3, 48)
    const beside = out + outStep
    v128.store(beside, t0)
    v128.store(beside, t1, 16)
    v128.store(beside, t2, 32)
    v128.store(beside, t3, 48)
    out += 64
  }
}
