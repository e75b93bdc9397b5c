import { crc32 } from 'node:zlib'
import { SlimbedError } from '@slimbed/core/errors'

const arrays = { Uint8Array, Int8Array, Uint16Array, Int16Array, Uint32Array, Int32Array, Float32Array, Float64Array }

/** What stands for an array in the JSON: its type, and where its bytes are, from the start. */
interface Place {
  readonly $array: keyof typeof arrays
  readonly at: number
  readonly length: number
}

/** Bytes after the JSON: its length, and a checksum of everything before them but for that. */
const tail = 8
const align = 8
const padded = (bytes: number) => Math.ceil(bytes / align) * align

/** Numbers that JSON does not have. */
const odd = new Map([
  [Number.NaN, 'NaN'],
  [Infinity, 'Infinity'],
  [-Infinity, '-Infinity']
])

const oddName = (value: number) => odd.get(value) ?? '-0'

const oddValue = (name: unknown): number | undefined => {
  if (name === 'undefined') return undefined
  return name === '-0' ? -0 : Number(name)
}

/** Plain data that becomes bytes: its arrays, then JSON. */
export interface Packing {
  /** Copies the arrays of plain data, and returns JSON that tells where they are. Throws `bad-input` for data that is not plain. */
  keep(value: unknown): unknown
  /** All bytes, with JSON of `keep`, in the room that was given if that is large enough. */
  end(json: unknown): Uint8Array
}

/** Begins to pack, in memory that was used before if there is any. */
export function createPacking(given: Uint8Array = new Uint8Array()): Packing {
  let room = given
  let used = 0
  /** Where so many more bytes go. */
  const next = (bytes: number): number => {
    const at = used
    used += padded(bytes)
    if (used > room.length) {
      const larger = new Uint8Array(Math.max(used, 2 * room.length))
      larger.set(room.subarray(0, at))
      room = larger
    } else room.fill(0, at + bytes, used)
    return at
  }
  const keep = (data: unknown): unknown => {
    if (ArrayBuffer.isView(data)) {
      const { buffer, byteOffset, byteLength } = data
      const $array = data.constructor.name === 'Buffer' ? 'Uint8Array' : data.constructor.name
      if (!Object.hasOwn(arrays, $array)) throw new SlimbedError('bad-input', `cluster: cannot send a ${$array}`)
      const at = next(byteLength)
      room.set(new Uint8Array(buffer, byteOffset, byteLength), at)
      return { $array, at, length: (data as Uint8Array).length }
    }
    if (typeof data === 'number')
      return Number.isFinite(data) && !Object.is(data, -0) ? data : { $number: oddName(data) }
    if (data === undefined) return { $number: 'undefined' }
    if (Array.isArray(data)) return data.map(keep)
    if (typeof data !== 'object' || data === null) return data
    return Object.fromEntries(Object.entries(data).map(([name, part]) => [name, keep(part)]))
  }
  return {
    keep,
    end(kept) {
      const json = new TextEncoder().encode(JSON.stringify(kept))
      const at = next(json.length + tail)
      room.set(json, at)
      const end = used - tail
      room.fill(0, at + json.length, used)
      const view = new DataView(room.buffer, room.byteOffset)
      view.setUint32(end, json.length, true)
      view.setUint32(end + 4, crc32(room.subarray(0, end + 4)), true)
      return room.subarray(0, used)
    }
  }
}

/** Plain data with typed arrays as bytes, with a checksum. Throws `bad-input` for data that is not plain. */
export function pack(value: unknown): Uint8Array {
  const { keep, end } = createPacking()
  return end(keep(value))
}

/**
 * The data that bytes were packed from, its arrays views of the bytes where these are aligned; undefined for bytes that are not whole.
 */
export function unpack(given: Uint8Array): unknown {
  if (given.length < tail || given.length % align !== 0) return undefined
  // `slice` of a Buffer makes no copy.
  const bytes = given.byteOffset % align === 0 ? given : new Uint8Array(given)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = bytes.length - tail
  const size = view.getUint32(end, true)
  const start = end + tail - padded(size + tail)
  if (start < 0 || crc32(bytes.subarray(0, end + 4)) !== view.getUint32(end + 4, true)) return undefined
  const whole = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(whole)
    if (typeof value !== 'object' || value === null) return value
    if ('$number' in value) return oddValue(value.$number)
    if ('$array' in value) {
      const { $array, at, length } = value as Place
      return new arrays[$array](bytes.buffer as ArrayBuffer, bytes.byteOffset + at, length)
    }
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, whole(part)]))
  }
  try {
    return whole(JSON.parse(new TextDecoder().decode(bytes.subarray(start, start + size))))
  } catch {
    return undefined
  }
}
