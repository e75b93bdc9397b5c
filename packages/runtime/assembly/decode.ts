// The next row of a block of a `trellis`, step by step as src/trellis/decode.ts decodes it, which gives the same bits.

/** The least state of the entropy decoder. */
const least: u32 = 1 << 16
/** Tokens that stand for one number each; bits of what an escape adds. */
const plain: u32 = 16
const escapeBits: u32 = 20

/** A leaf: where it stands in a block, then what src/simd/trellis.ts places, most of them addresses. */
@unmanaged
class Leaf {
  x: u32
  at: u32
  end: u32
  dim: u32
  gains: u32
  gainStep: u32
  contexts: u32
  symbols: u32
  entries: u32
  escapes: u32
  levels: u32
  shifts: u32
  columns: u32
  moves: u32
  step: f64
}

/**
 * Writes `dim` values to `out`. Returns whether the block goes so far: no byte is read beyond 8 after its end.
 */
export function decode(leaf: Leaf, out: usize): bool {
  const end: usize = leaf.end
  const symbols: usize = leaf.symbols
  const entries: usize = leaf.entries
  const levels: usize = leaf.levels
  const moves: usize = leaf.moves
  const last: usize = out + ((<usize>leaf.dim) << 2)
  let x = leaf.x
  let at: usize = leaf.at
  let raise: u32 = 0
  if (leaf.gains > 1) {
    const slot = x & 4095
    const gain: u32 = load<u8>(symbols + (leaf.contexts << 12) + slot)
    const entry = load<u32>(entries + (((leaf.contexts << 6) | gain) << 2))
    x = (entry & 0x1fff) * (x >>> 12) + slot - ((entry >>> 16) & 4095)
    while (x < least) x = (x << 8) | load<u8>(at++)
    raise = 2 * leaf.gainStep * gain
  }
  let state: u32 = 0
  for (let column: usize = leaf.columns; out < last; out += 4, column += 2) {
    if (at > end) return false
    const context = <u32>load<u16>(column) + raise + (state & 1)
    const slot = x & 4095
    const symbol: u32 = load<u8>(symbols + (context << 12) + slot)
    const entry = load<u32>(entries + (((context << 6) | symbol) << 2))
    x = (entry & 0x1fff) * (x >>> 12) + slot - ((entry >>> 16) & 4095)
    while (x < least) x = (x << 8) | load<u8>(at++)
    if (symbol === 0) {
      store<u32>(out, 0)
      state = load<u16>(moves + ((state & 0x1fe) << 1))
      continue
    }
    let k = symbol
    if (<i32>entry < 0) {
      let extra = escapeBits
      if (symbol !== load<u8>(leaf.escapes + context)) {
        extra = (symbol >>> 1) - 5
        k = (2 + (symbol & 1)) << extra
      }
      for (let done: u32 = 0; done < extra; done += 8) {
        const some = min(extra - done, 8)
        k += (x & ((1 << some) - 1)) << done
        x >>>= some
        while (x < least) x = (x << 8) | load<u8>(at++)
      }
    }
    if (k < plain) store<u32>(out, load<u32>(levels + (((context << 4) | k) << 2)) ^ (x << 31))
    else {
      const shift = load<f64>(leaf.shifts + (context * 3 + 2) * 8)
      const value = <f32>((<f64>(2 * k - (context & 1)) - shift) * leaf.step)
      store<u32>(out, reinterpret<u32>(value) ^ (x << 31))
    }
    x >>>= 1
    while (x < least) x = (x << 8) | load<u8>(at++)
    state = load<u16>(moves + (((state & 0x1fe) | (k & 1)) << 1))
  }
  leaf.x = x
  leaf.at = <u32>at
  return at <= end
}
