import { crc32 } from 'node:zlib'
import { SlimbedError } from '@slimbed/core/errors'

const arrays = { Uint8Array, Int8Array, Uint16Array, Int16Array, Uint32Array, Int32Array, Float32Array, Float64Array }

/** What stands for an array in the JSON: its type, and where its bytes are, from the start of the data. */
interface Place {
  readonly $array: keyof typeof arrays
  readonly at: number
  readonly length: number
}

/** Bytes before the JSON: its length, and a checksum of everything after them. */
const head = 8
const align = 8
const padded = (bytes: number) => Math.ceil(bytes / align) * align

/** Numbers that JSON does not have. */
const odd = new Map([
  [Number.NaN, 'NaN'],
  [Infinity, 'Infinity'],
  [-Infinity, '-Infinity']
])

/** Plain data with typed arrays as bytes, with a checksum. Throws `bad-input` for data that is not plain. */
export function pack(value: unknown): Uint8Array {
  const parts: Uint8Array[] = []
  let at = 0
  const plain = (data: unknown): unknown => {
    if (ArrayBuffer.isView(data)) {
      const { buffer, byteOffset, byteLength } = data
      const $array = data.constructor.name === 'Buffer' ? 'Uint8Array' : data.constructor.name
      if (!Object.hasOwn(arrays, $array)) throw new SlimbedError('bad-input', `cluster: cannot send a ${$array}`)
      parts.push(new Uint8Array(buffer, byteOffset, byteLength))
      const place = { $array, at, length: (data as Uint8Array).length }
      at += padded(byteLength)
      return place
    }
    if (typeof data === 'number')
      return Number.isFinite(data) && !Object.is(data, -0) ? data : { $number: oddName(data) }
    if (data === undefined) return { $number: 'undefined' }
    if (Array.isArray(data)) return data.map(plain)
    if (typeof data !== 'object' || data === null) return data
    return Object.fromEntries(Object.entries(data).map(([name, part]) => [name, plain(part)]))
  }
  const json = new TextEncoder().encode(JSON.stringify(plain(value)))
  const start = head + padded(json.length)
  const out = new Uint8Array(start + at)
  out.set(json, head)
  let next = start
  for (const bytes of parts) {
    out.set(bytes, next)
    next += padded(bytes.length)
  }
  const view = new DataView(out.buffer)
  view.setUint32(0, json.length, true)
  view.setUint32(4, crc32(out.subarray(head)), true)
  return out
}

const oddName = (value: number) => odd.get(value) ?? '-0'

const oddValue = (name: unknown): number | undefined => {
  if (name === 'undefined') return undefined
  return name === '-0' ? -0 : Number(name)
}

/** The data that bytes were packed from, its arrays in memory of their own; undefined for bytes that are not whole. */
export function unpack(bytes: Uint8Array): unknown {
  if (bytes.length < head) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const size = view.getUint32(0, true)
  const start = head + padded(size)
  if (start > bytes.length || crc32(bytes.subarray(head)) !== view.getUint32(4, true)) return undefined
  // A copy: `bytes` may begin where arrays must not. `slice` of a Buffer makes none.
  const data = new Uint8Array(bytes.subarray(start)).buffer
  const whole = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(whole)
    if (typeof value !== 'object' || value === null) return value
    if ('$number' in value) return oddValue(value.$number)
    if ('$array' in value) {
      const { $array, at, length } = value as Place
      return new arrays[$array](data, at, length)
    }
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, whole(part)]))
  }
  try {
    return whole(JSON.parse(new TextDecoder().decode(bytes.subarray(head, head + size))))
  } catch {
    return undefined
  }
}
