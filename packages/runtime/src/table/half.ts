import type { Tensor } from './tensor.js'

const float = new Float32Array(1)
const word = new Uint32Array(float.buffer)

/** The value of an IEEE 754 half float, given as its 16 bits. */
export function fromFloat16(bits: number): number {
  const magnitude = bits & 0x7fff
  // The exponent is biased by 15 here and by 127 in float32; the multiplication also normalises subnormals, exactly.
  word[0] = magnitude << 13
  const value = magnitude < 0x7c00 ? float[0] * 2 ** 112 : magnitude > 0x7c00 ? NaN : Infinity
  return bits & 0x8000 ? -value : value
}

/** The values of all 65,536 half floats by their bits: what hot loops index, once there are as many numbers to read. */
let float16Values: Float32Array | undefined

/** The value of a bfloat16, given as its 16 bits. */
export function fromBfloat16(bits: number): number {
  word[0] = bits << 16
  return float[0]
}

type Floats = Tensor<'F32' | 'F16' | 'BF16'>

/** Writes the elements `start .. start + count` of a float tensor to `out`. */
export function readFloats({ data, dtype }: Floats, start: number, count: number, out: Float32Array): void {
  if (data instanceof Float32Array) out.set(data.subarray(start, start + count))
  else if (data.length > 65_536 && dtype === 'F16') {
    float16Values ??= new Float32Array(65_536).map((_, bits) => fromFloat16(bits))
    const values = float16Values
    for (let i = 0; i < count; i++) out[i] = values[data[start + i]]
  } else {
    const decode = dtype === 'F16' ? fromFloat16 : fromBfloat16
    for (let i = 0; i < count; i++) out[i] = decode(data[start + i])
  }
}

/** The elements of a float tensor as float32: its own data when it is `F32`, else a decoded copy. */
export function floatsOf(tensor: Floats): Float32Array {
  const { data } = tensor
  if (data instanceof Float32Array) return data
  const out = new Float32Array(data.length)
  readFloats(tensor, 0, out.length, out)
  return out
}
