import type { Cursor } from './cursor.js'

/** A list in the metadata of a file: its elements, as the file has them. */
export interface GgufArray {
  /** The type of its elements: `string`, `uint32`, … */
  readonly of: string
  readonly count: number
  readonly bytes: Uint8Array
}

/** A value in the metadata of a file. */
export type GgufValue = number | bigint | boolean | string | GgufArray

/** What a value of some bytes is. */
interface Scalar {
  readonly name: string
  readonly bytes: number
  read(view: DataView): number | bigint | boolean
}

const scalars: ReadonlyMap<number, Scalar> = new Map<number, Scalar>([
  [0, { name: 'uint8', bytes: 1, read: (view) => view.getUint8(0) }],
  [1, { name: 'int8', bytes: 1, read: (view) => view.getInt8(0) }],
  [2, { name: 'uint16', bytes: 2, read: (view) => view.getUint16(0, true) }],
  [3, { name: 'int16', bytes: 2, read: (view) => view.getInt16(0, true) }],
  [4, { name: 'uint32', bytes: 4, read: (view) => view.getUint32(0, true) }],
  [5, { name: 'int32', bytes: 4, read: (view) => view.getInt32(0, true) }],
  [6, { name: 'float32', bytes: 4, read: (view) => view.getFloat32(0, true) }],
  [7, { name: 'bool', bytes: 1, read: (view) => view.getUint8(0) !== 0 }],
  [10, { name: 'uint64', bytes: 8, read: (view) => view.getBigUint64(0, true) }],
  [11, { name: 'int64', bytes: 8, read: (view) => view.getBigInt64(0, true) }],
  [12, { name: 'float64', bytes: 8, read: (view) => view.getFloat64(0, true) }]
])
const [stringType, arrayType] = [8, 9]

/** Lists of lists have no more levels than that. */
const mostDepth = 4

/** Passes over the elements of a list. */
function passElements(cursor: Cursor, type: number, count: number, what: string, depth: number): void {
  const scalar = scalars.get(type)
  if (scalar) cursor.take(count * scalar.bytes, what)
  else if (type === stringType) for (let i = 0; i < count; i++) cursor.string(what)
  else if (depth < mostDepth) for (let i = 0; i < count; i++) readArray(cursor, what, depth + 1)
  else cursor.fail(`${what}: lists in lists, more than ${mostDepth} deep`)
}

/** Bytes of an element at least. */
const leastBytes = (type: number) => scalars.get(type)?.bytes ?? (type === stringType ? 8 : 12)

const typeNamed = (type: number) =>
  scalars.get(type)?.name ?? (type === stringType ? 'string' : type === arrayType ? 'array' : undefined)

function readArray(cursor: Cursor, what: string, depth: number): GgufArray {
  const type = cursor.uint32()
  const of = typeNamed(type) ?? cursor.fail(`${what}: elements of the unknown type ${type}`)
  const count = cursor.count(leastBytes(type), `elements of ${what}`)
  const start = cursor.at()
  passElements(cursor, type, count, what, depth)
  return { of, count, bytes: cursor.since(start) }
}

const decoder = new TextDecoder()

/** Reads a value of the metadata: its type, then itself. `what` names it in errors. Throws as the cursor does. */
export function readValue(cursor: Cursor, what: string): GgufValue {
  const type = cursor.uint32()
  const scalar = scalars.get(type)
  if (scalar) {
    const { buffer, byteOffset, byteLength } = cursor.take(scalar.bytes, what)
    return scalar.read(new DataView(buffer, byteOffset, byteLength))
  }
  if (type === stringType) return decoder.decode(cursor.string(what))
  return type === arrayType ? readArray(cursor, what, 1) : cursor.fail(`${what}: a value of the unknown type ${type}`)
}
