import { fromFloat16 } from '@slimbed/core/numbers'
import { fromBfloat16 } from '@slimbed/runtime/format'

/** Writes the values of whole blocks to `out`, which has room for all. */
export type Decode = (bytes: Uint8Array, out: Float32Array) => void

let halves: Float32Array | undefined

/** The values of all half floats, by their bits. */
export function halfFloats(): Float32Array {
  halves ??= Float32Array.from({ length: 65_536 }, (_, bits) => fromFloat16(bits))
  return halves
}

/** Float32. */
export const decodeF32: Decode = (bytes, out) => {
  new Uint8Array(out.buffer, out.byteOffset, bytes.length).set(bytes)
}

/** Float16. */
export const decodeF16: Decode = (bytes, out) => {
  const half = halfFloats()
  for (let i = 0, at = 0; at < bytes.length; i++, at += 2) out[i] = half[bytes[at] | (bytes[at + 1] << 8)]
}

/** Bfloat16. */
export const decodeBF16: Decode = (bytes, out) => {
  for (let i = 0, at = 0; at < bytes.length; i++, at += 2) out[i] = fromBfloat16(bytes[at] | (bytes[at + 1] << 8))
}
