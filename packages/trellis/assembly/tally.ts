// Counts of coded values, as src/leaf/plain-tally.js has them.

const tableSize: i32 = 64
const plain: i32 = 16

/**
 * `x` is `rows × dim` float32, `ks` int32 of the same shape, `gains` a byte a row: its class; `gainStep` is what a class adds to contexts.
 * `contexts` is a u16 a column, `quantizers` a byte a state, `next` two. Added to: `tokens`, 64 float64 a context; `offs`, for levels 1, 2 and 3 or more
 * of a context their number, Σ(level − value) and Σ(level − value)²: 9 float64. Returns `zeros` and the squares of the zeros.
 */
export function tally(
  x: usize,
  ks: usize,
  rows: u32,
  dim: u32,
  step: f64,
  gains: usize,
  gainStep: i32,
  contexts: usize,
  quantizers: usize,
  next: usize,
  tokens: usize,
  offs: usize,
  zeros: f64
): f64 {
  for (let row: u32 = 0; row < rows; row++) {
    const gain = gainStep * <i32>load<u8>(gains + row)
    let state: u32 = 0
    for (let j: u32 = 0; j < dim; j++) {
      const k = abs(load<i32>(ks))
      const quantizer = <i32>load<u8>(quantizers + state)
      const context = <i32>load<u16>(contexts + ((<usize>j) << 1)) + gain + quantizer
      const value = <f64>abs(load<f32>(x)) / step
      let token = k
      if (k >= plain) {
        const exponent = 31 - clz(k)
        token = 8 + 2 * exponent + ((k >> (exponent - 1)) & 1)
      }
      const counted = tokens + ((<usize>(context * tableSize + token)) << 3)
      store<f64>(counted, load<f64>(counted) + 1)
      if (k === 0) zeros += value * value
      else {
        const whole: i32 = 2 * k - quantizer
        const off = <f64>whole - value
        const entry = offs + <usize>(context * 3 + min(k, 3) - 1) * 24
        store<f64>(entry, load<f64>(entry) + 1)
        store<f64>(entry, load<f64>(entry, 8) + off, 8)
        store<f64>(entry, load<f64>(entry, 16) + off * off, 16)
      }
      state = load<u8>(next + 2 * state + (k & 1))
      x += 4
      ks += 4
    }
  }
  return zeros
}
