import { SlimbedError } from '@slimbed/core'
import { fromFloat16 } from '@slimbed/core/numbers'
import { bytesOf, contentOf, type Field, fieldsOf, Reader } from '../wire/reader.js'
import { type Stored, tensorFields } from './tensor.js'
import { elementBytes, typeName, types } from './types.js'

/** What holds the elements of a tensor: 64-bit integers as float64, half floats as their bits. */
export type Elements =
  | Float32Array
  | Float64Array
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Int32Array
  | Uint32Array

/** An empty array of the kind that holds elements of a type. Throws `unsupported` for a type that is not read. */
export function elementsFor(type: number, count: number): Elements {
  if (type === types.FLOAT) return new Float32Array(count)
  if (type === types.DOUBLE || type === types.INT64) return new Float64Array(count)
  if (type === types.UINT8 || type === types.BOOL) return new Uint8Array(count)
  if (type === types.INT8) return new Int8Array(count)
  if (type === types.UINT16 || type === types.FLOAT16 || type === types.BFLOAT16) return new Uint16Array(count)
  if (type === types.INT16) return new Int16Array(count)
  if (type === types.INT32) return new Int32Array(count)
  if (type === types.UINT32) return new Uint32Array(count)
  throw new SlimbedError('unsupported', `tensors of ${typeName(type)} are not read`)
}

/** The elements that little-endian bytes hold. */
export function decode(type: number, raw: Uint8Array): Elements {
  const width = elementBytes.get(type) ?? 1
  const count = Math.floor(raw.length / width)
  if (type === types.INT64) {
    const view = new DataView(raw.buffer, raw.byteOffset)
    return Float64Array.from({ length: count }, (_, i) => Number(view.getBigInt64(8 * i, true)))
  }
  const out = elementsFor(type, count)
  new Uint8Array(out.buffer).set(raw.subarray(0, count * width))
  return out
}

/** The elements of one of the typed fields (`float_data`, `int32_data` …): numbers, packed or one by one. */
function* numbersIn(bytes: Uint8Array, field: Field): Generator<number> {
  const content = contentOf(bytes, field)
  const view = new DataView(content.buffer, content.byteOffset, content.length)
  if (field.number === tensorFields.floats) {
    for (let at = 0; at + 4 <= content.length; at += 4) yield view.getFloat32(at, true)
  } else if (field.number === tensorFields.doubles) {
    for (let at = 0; at + 8 <= content.length; at += 8) yield view.getFloat64(at, true)
  } else for (const reader = new Reader(content); reader.at < content.length; ) yield reader.varint()
}

const typed: readonly number[] = [tensorFields.floats, tensorFields.int32s, tensorFields.int64s, tensorFields.doubles]

/** How many elements a tensor of these dimensions has; throws `corrupt-file` for dimensions that there cannot be. */
export function countOf({ dims, name }: Pick<Stored, 'dims' | 'name'>): number {
  const count = dims.reduce((product, size) => (size >= 0 ? product * size : Number.NaN), 1)
  if (Number.isSafeInteger(count) && count < 2 ** 40) return count
  throw new SlimbedError('corrupt-file', `tensor ${JSON.stringify(name)}: dimensions [${dims}]`)
}

/**
 * The elements of a tensor whose bytes are in its message, or are given where they lie elsewhere. Throws `corrupt-file` unless there
 * are as many as its dimensions say, and `unsupported` for a type that is not read.
 */
export function elementsOf(tensor: Stored, outside?: Uint8Array): Elements {
  const { type, name, bytes } = tensor
  const count = countOf(tensor)
  const wrong = (got: number): never => {
    throw new SlimbedError('corrupt-file', `tensor ${JSON.stringify(name)}: expected ${count} elements, got ${got}`)
  }
  const width = elementBytes.get(type) ?? 0
  let raw = outside
  const numbers: Field[] = []
  for (const field of raw ? [] : fieldsOf(bytes)) {
    if (field.number === tensorFields.raw) raw = bytesOf(bytes, field)
    else if (typed.includes(field.number) && numbers.length <= count) numbers.push(field)
  }
  if (raw && width > 0) {
    if (raw.length !== count * width) wrong(raw.length / width)
    return decode(type, raw)
  }
  // What there is bounds what is made: dimensions alone take no memory.
  if (count > bytes.length) wrong(0)
  const out = elementsFor(type, count)
  let at = 0
  for (const field of numbers) {
    for (const value of numbersIn(bytes, field)) {
      if (at < count) out[at] = value
      at++
    }
  }
  if (at !== count) wrong(at)
  return out
}

/** Elements as float32: half floats by their values, numbers as they are. */
export function toFloats(type: number, elements: Elements): Float32Array {
  if (elements instanceof Float32Array) return elements
  if (type === types.FLOAT16) return Float32Array.from(elements, fromFloat16)
  if (type !== types.BFLOAT16) return Float32Array.from(elements)
  return new Float32Array(Uint32Array.from(elements, (bits) => bits << 16).buffer)
}
