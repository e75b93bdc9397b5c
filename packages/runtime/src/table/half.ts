import type { Tensor } from './tensor.js'

const float = new Float32Array(1)
const word = new Uint32Array(float.buffer)

/** The value of an IEEE 754 half float, given as its 16 bits. */
export function fromFloat16(bits: number): number {
  const magnitude = bits & 0x7fff
  if (magnitude > 0x7c00) return NaN
  // The exponent is biased by 15 here and by 127 in float32; the multiplication also normalises subnormals, exactly.
  word[0] = magnitude << 13
  const value = magnitude === 0x7c00 ? Infinity : float[0] * 2 ** 112
  return bits & 0x8000 ? -value : value
}

let float16Values: Float32Array | undefined

/** The values of all 65,536 half floats by their bits: what hot loops index. */
export function float16Table(): Float32Array {
  float16Values ??= Float32Array.from({ length: 65_536 }, (_, bits) => fromFloat16(bits))
  return float16Values
}

/** The value of a bfloat16, given as its 16 bits. */
export function fromBfloat16(bits: number): number {
  word[0] = bits << 16
  return float[0]
}

/** The elements of a float tensor as float32: its own data when it is `F32`, else a decoded copy. */
export function floatsOf(tensor: Tensor<'F32' | 'F16' | 'BF16'>): Float32Array {
  const { data, dtype } = tensor
  if (data instanceof Float32Array) return data
  const out = new Float32Array(data.length)
  if (dtype === 'F16') {
    const values = float16Table()
    for (let i = 0; i < out.length; i++) out[i] = values[data[i]]
  } else for (let i = 0; i < out.length; i++) out[i] = fromBfloat16(data[i])
  return out
}
