// FlatBuffers, as far as the metadata of Arrow need them (https://flatbuffers.dev/internals/). Every access is within the bytes: a DataView throws `RangeError` where it would not be.

/** Bytes with FlatBuffers in them. */
export interface Buffers {
  readonly view: DataView
  /** How many more steps may be taken: what refers to itself has no end otherwise. */
  steps: number
}

/** A table: where it begins. */
export interface FlatTable {
  readonly buffers: Buffers
  readonly at: number
}

/** Elements one after another: where the first begins, and how many there are. */
export interface FlatVector {
  readonly buffers: Buffers
  readonly at: number
  readonly length: number
}

/** The table that a buffer begins with. */
export function rootTable({ buffer, byteOffset, byteLength }: Uint8Array): FlatTable {
  const view = new DataView(buffer, byteOffset, byteLength)
  return { buffers: { view, steps: byteLength }, at: view.getUint32(0, true) }
}

function step(buffers: Buffers, count = 1): void {
  buffers.steps -= count
  if (buffers.steps < 0) throw new RangeError('metadata that refer to themselves')
}

/** Where field `index` of a table is; 0 if it has the default value. */
function fieldOf({ buffers: { view }, at }: FlatTable, index: number): number {
  const names = at - view.getInt32(at, true)
  const place = 4 + 2 * index
  const offset = place < view.getUint16(names, true) ? view.getUint16(names + place, true) : 0
  return offset === 0 ? 0 : at + offset
}

/** Numbers of a table's field, or what is the default. */
export function numberOf(
  table: FlatTable,
  index: number,
  type: 'Uint8' | 'Int16' | 'Int32' | 'Int64',
  none = 0
): number {
  const at = fieldOf(table, index)
  const { view } = table.buffers
  if (at === 0) return none
  if (type === 'Uint8') return view.getUint8(at)
  if (type === 'Int16') return view.getInt16(at, true)
  return type === 'Int32' ? view.getInt32(at, true) : sizeAt(view, at)
}

/** A size or place of 64 bits. Throws `RangeError` for what is none. */
export function sizeAt(view: DataView, at: number): number {
  const value = Number(view.getBigInt64(at, true))
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`a size of ${value}`)
  return value
}

/** The table that a field refers to. */
export function tableOf(table: FlatTable, index: number): FlatTable | undefined {
  const at = fieldOf(table, index)
  const { buffers } = table
  step(buffers)
  return at === 0 ? undefined : { buffers, at: at + buffers.view.getUint32(at, true) }
}

/** The elements that a field refers to, `size` bytes each; none where there is no such field. */
export function vectorOf(table: FlatTable, index: number, size: number): FlatVector {
  const at = fieldOf(table, index)
  const { buffers } = table
  if (at === 0) return { buffers, at: 0, length: 0 }
  const start = at + buffers.view.getUint32(at, true)
  const length = buffers.view.getUint32(start, true)
  if (start + 4 + length * size > buffers.view.byteLength) throw new RangeError(`${length} elements`)
  step(buffers, length)
  return { buffers, at: start + 4, length }
}

/** The tables that a field refers to. */
export function tablesOf(table: FlatTable, index: number): FlatTable[] {
  const { buffers, at, length } = vectorOf(table, index, 4)
  return Array.from({ length }, (_, i) => ({ buffers, at: at + 4 * i + buffers.view.getUint32(at + 4 * i, true) }))
}

const utf8 = new TextDecoder()

/** The text that a field refers to; empty where there is none. */
export function textOf(table: FlatTable, index: number): string {
  const { buffers, at, length } = vectorOf(table, index, 1)
  return utf8.decode(new Uint8Array(buffers.view.buffer, buffers.view.byteOffset + at, length))
}
