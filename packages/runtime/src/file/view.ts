import { fail, quote } from '../check.js'
import type { DType, Tensor, TensorData } from '../table/tensor.js'
import type { SafetensorsEntry } from './safetensors.js'

const arrays: {
  readonly [D in DType]: {
    readonly BYTES_PER_ELEMENT: number
    new (buffer: ArrayBufferLike, offset: number, length: number): TensorData[D]
  }
} = {
  F64: Float64Array,
  F32: Float32Array,
  U32: Uint32Array,
  F16: Uint16Array,
  BF16: Uint16Array,
  U16: Uint16Array,
  U8: Uint8Array
}

/** The element type of a tensor; throws `unsupported` for one that slimbed does not have. */
export function dtypeOf({ name, dtype }: SafetensorsEntry): DType {
  if (Object.hasOwn(arrays, dtype)) return dtype as DType
  return fail('unsupported', `tensor ${quote(name)}: element type ${quote(dtype)}, not ${Object.keys(arrays)}`)
}

/**
 * A tensor of a safetensors file: a view of `file` where it is aligned, else a copy.
 *
 * Throws `unsupported` for an element type that slimbed does not have.
 */
export function tensorView(file: Uint8Array, entry: SafetensorsEntry): Tensor {
  const { shape, begin, end } = entry
  const dtype = dtypeOf(entry)
  const size = arrays[dtype].BYTES_PER_ELEMENT
  const aligned = (file.byteOffset + begin) % size === 0
  const own = file.subarray(begin, end)
  const bytes = aligned ? own : new Uint8Array(own)
  return { dtype, shape, data: new arrays[dtype](bytes.buffer, bytes.byteOffset, (end - begin) / size) }
}

/** Throws `unsupported` on a big-endian machine: tensors are views of little-endian files. */
export function checkEndianness(): void {
  if (new Uint8Array(new Uint16Array([1]).buffer)[0] === 1) return
  fail('unsupported', 'this machine is big-endian, files are little-endian')
}
