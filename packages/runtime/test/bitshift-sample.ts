import type { Tensor } from '@slimbed/runtime'
import type { Bitshift } from '@slimbed/runtime/trellis'
import { halfValue } from './sample.js'

type Random = () => number
const below = (random: Random, count: number) => Math.floor(random() * count)

/** Random parts of a `bitshift`, but for its levels; and its values, by the format's formula, once the levels are known. */
export function bitshiftParts(random: Random, rows: number, dim: number) {
  const window = 1 + below(random, random() < 0.2 ? 16 : 7)
  const most = 1 + below(random, window)
  const bits = Uint8Array.from({ length: dim }, (_, j) => (j === 0 ? most : below(random, most + 1)))
  const gainBits = random() < 0.5 ? 0 : 1 + below(random, Math.min(window, 8))
  const halves = random() < 0.5
  const floats = (length: number): [Tensor<'F32' | 'F16'>, number[]] => {
    const shape = [length]
    if (!halves) {
      const data = Float32Array.from({ length }, () => random() * 2 ** (below(random, 20) - 10))
      return [{ dtype: 'F32', shape, data }, [...data]]
    }
    const data = Uint16Array.from({ length }, () => below(random, 2 ** 16) & 0xbfff)
    return [{ dtype: 'F16', shape, data }, Array.from(data, halfValue)]
  }
  const [scale, scales] = floats(dim)
  const [gains, classes] = floats(2 ** gainBits)
  const rowBits = gainBits + bits.reduce((sum, count) => sum + count, 0)
  /** Every bit of the rows, one after another. */
  const stream = Array.from({ length: rows * rowBits }, () => below(random, 2))
  const bytes = new Uint8Array(Math.ceil(stream.length / 8))
  stream.forEach((bit, at) => {
    bytes[at >> 3] |= bit << (at & 7)
  })
  const parts: Bitshift = { rows, window, bits, scale, gains: gainBits > 0 ? gains : undefined, stream: bytes }
  const kinds = [...new Set(bits)].filter((count) => count > 0).sort((a, b) => a - b)

  /** The number that bits of a row are: the last one counts most; those before the row are 0. */
  const number = (row: number, from: number, to: number) => {
    let sum = 0
    for (let at = Math.max(from, 0); at < to; at++) sum += stream[row * rowBits + at] * 2 ** (at - from)
    return sum
  }
  const valuesOf = (levels: Float64Array) => {
    const values = new Float64Array(rows * dim)
    const [half, last] = [2 ** (window - 1), 2 ** window - 1]
    for (let row = 0; row < rows; row++) {
      const gain = gainBits > 0 ? classes[number(row, 0, gainBits)] : 1
      for (let j = 0, end = gainBits; j < dim; j++) {
        end += bits[j]
        if (bits[j] === 0) continue
        const state = number(row, end - window, end)
        const book = kinds.indexOf(bits[j]) * half
        const level = state < half ? levels[book + state] : -levels[book + last - state]
        values[row * dim + j] = Math.fround(level * scales[j] * gain)
      }
    }
    return values
  }
  return { parts, count: kinds.length, half: 2 ** (window - 1), valuesOf }
}
