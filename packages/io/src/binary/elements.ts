import { readFloats } from '@slimbed/runtime/format'
import { type EightBits, eightBits } from './eight-bits.js'

/** Floating-point types of matrix elements, as safetensors names them. */
export type FloatType = EightBits | 'F16' | 'BF16' | 'F32' | 'F64'

/** Types of whole numbers, as safetensors names them. */
export type IntegerType = 'I8' | 'U8' | 'I16' | 'U16' | 'I32' | 'U32' | 'I64' | 'U64'

/** Types of elements that are read as float32. */
export type ElementType = FloatType | IntegerType

/** Bytes of one element. */
export const floatBytes: Readonly<Record<FloatType, number>> = {
  F8_E4M3: 1,
  F8_E5M2: 1,
  F16: 2,
  BF16: 2,
  F32: 4,
  F64: 8
}

interface WideArrays {
  readonly I64: BigInt64Array
  readonly U64: BigUint64Array
}

type ArrayOf<Type extends IntegerType> = Type extends keyof WideArrays ? WideArrays[Type] : ArrayLike<number>

/** Typed arrays of whole numbers. */
export const integerArrays: {
  readonly [Type in IntegerType]: {
    new (buffer: ArrayBufferLike, offset?: number, length?: number): ArrayOf<Type>
    readonly BYTES_PER_ELEMENT: number
  }
} = {
  I8: Int8Array,
  U8: Uint8Array,
  I16: Int16Array,
  U16: Uint16Array,
  I32: Int32Array,
  U32: Uint32Array,
  I64: BigInt64Array,
  U64: BigUint64Array
}

export const isInteger = (type: string): type is IntegerType => Object.hasOwn(integerArrays, type)

/** Bytes of one element of any type. */
export const bytesOfElement = (type: ElementType): number =>
  isInteger(type) ? integerArrays[type].BYTES_PER_ELEMENT : floatBytes[type]

/** `bytes` aligned and in the machine's byte order, for a typed array of `size`-byte elements; a copy if needed. */
function aligned(bytes: Uint8Array, size: number, swap: boolean): Uint8Array {
  if (!swap) return bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes)
  const swapped = new Uint8Array(bytes.length)
  for (let i = 0; i < bytes.length; i += size) {
    for (let j = 0; j < size; j++) swapped[i + j] = bytes[i + size - 1 - j]
  }
  return swapped
}

/** A whole number of 64 bits as a number that rounds to the same float32: its low bits are merged into one. */
function shortened(value: bigint): number {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : Number((value >> 12n) | (value & 0xfffn ? 1n : 0n)) * 4096
}

/** Whole numbers as float32, rounded once. */
function integersTo(bytes: Uint8Array, type: IntegerType, out: Float32Array): Float32Array {
  const { buffer, byteOffset } = bytes
  if (type === 'I64' || type === 'U64') {
    const wide = new integerArrays[type](buffer, byteOffset, out.length)
    for (let i = 0; i < out.length; i++) out[i] = shortened(wide[i])
  } else out.set(new integerArrays[type](buffer, byteOffset, out.length))
  return out
}

/**
 * Elements of a file as float32: a view of `bytes` where they are that already. Others are rounded, into `into` where that is given: as
 * many values as there are elements. Fresh memory costs more than what is written to it.
 */
export function toFloat32(
  bytes: Uint8Array,
  type: ElementType,
  bigEndian = false,
  into?: Float32Array | undefined
): Float32Array {
  const size = bytesOfElement(type)
  const ordered = aligned(bytes, size, bigEndian)
  const { buffer, byteOffset } = ordered
  const length = bytes.length / size
  if (type === 'F32') return new Float32Array(buffer, byteOffset, length)
  const out = into?.length === length ? into : new Float32Array(length)
  if (type === 'F8_E4M3' || type === 'F8_E5M2') return eightBits(bytes, type, out)
  if (isInteger(type)) return integersTo(ordered, type, out)
  if (type === 'F64') out.set(new Float64Array(buffer, byteOffset, length))
  else readFloats({ dtype: type, shape: [length], data: new Uint16Array(buffer, byteOffset, length) }, 0, length, out)
  return out
}
