import { floatsOf } from '@slimbed/core'

/** Floating-point types of matrix elements, as safetensors names them. */
export type FloatType = 'F16' | 'BF16' | 'F32' | 'F64'

/** Bytes of one element. */
export const floatBytes: Readonly<Record<FloatType, number>> = { F16: 2, BF16: 2, F32: 4, F64: 8 }

/** `bytes` for a typed array of `size`-byte elements: a copy if they are not aligned or must be byte-swapped. */
function aligned(bytes: Uint8Array, size: number, swap: boolean): Uint8Array {
  if (!swap) return bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes)
  const swapped = new Uint8Array(bytes.length)
  for (let i = 0; i < bytes.length; i += size) {
    for (let j = 0; j < size; j++) swapped[i + j] = bytes[i + size - 1 - j]
  }
  return swapped
}

/** Elements of a file as float32: a view of `bytes` where they are that already. Doubles are rounded. */
export function toFloat32(bytes: Uint8Array, type: FloatType, bigEndian = false): Float32Array {
  const size = floatBytes[type]
  const { buffer, byteOffset } = aligned(bytes, size, bigEndian)
  const length = bytes.length / size
  if (type === 'F32') return new Float32Array(buffer, byteOffset, length)
  if (type === 'F64') return new Float32Array(new Float64Array(buffer, byteOffset, length))
  return floatsOf({ dtype: type, shape: [length], data: new Uint16Array(buffer, byteOffset, length) })
}
