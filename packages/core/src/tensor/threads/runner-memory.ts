import type { Matrix } from '@slimbed/runtime'
import type { EightBitRows } from '../../matrix/eight-bits.js'
import { sumsPerRow } from '../kernels/compare.js'
import { readRows } from './read-rows.js'
import type { Runner } from './runner.js'

/**
 * Rows `start .. start + count` of a matrix, in memory that the runner lent, if the matrix can fill a given array; rejects as
 * `readRows` does.
 */
export async function lendRows(runner: Runner, matrix: Matrix, start: number, count: number): Promise<Float32Array> {
  const room = runner.lend(count * matrix.dim)
  const block = await readRows(matrix, start, count, room)
  if (block.buffer !== room.buffer) runner.release(room)
  return block
}

/** Rows `start .. start + count` of `dim` floats of 8 bits, in memory that jobs read where it is, and that the caller releases. */
export async function lendEightBits(
  runner: Runner,
  rows: EightBitRows,
  dim: number,
  start: number,
  count: number
): Promise<Uint8Array> {
  const room = runner.lendBytes(count * dim)
  const bytes = await rows.read(start, count, room)
  if (bytes.buffer !== room.buffer) room.set(bytes)
  return room
}

/** Rows `start .. start + count` of a matrix, in memory that jobs read where it is, and that the caller releases; rejects as `readRows` does. */
export async function lendFloats(runner: Runner, matrix: Matrix, start: number, count: number): Promise<Float32Array> {
  const size = count * matrix.dim
  const room = new Float32Array(runner.lendBytes(4 * size).buffer, 0, size)
  const block = await readRows(matrix, start, count, room)
  if (block.buffer !== room.buffer) room.set(block)
  return room
}

/** Room for the sums that `compareRows` has for so many rows, in memory that the runner lent. */
export const lendSums = (runner: Runner, rows: number): Float64Array =>
  new Float64Array(runner.lend(2 * rows * sumsPerRow).buffer, 0, rows * sumsPerRow)

/** The same in memory that jobs write where it is, and that the caller releases. */
export const lendSharedSums = (runner: Runner, rows: number): Float64Array =>
  new Float64Array(runner.lendBytes(8 * rows * sumsPerRow).buffer, 0, rows * sumsPerRow)

/** Bytes from which on an array is worth sharing. */
const worthSharing = 2 ** 14

/** The same plain data with copies of its large arrays that every job can read: the others are copied for each job. */
export function withSharedArrays<Data>(runner: Runner, data: Data): Data
export function withSharedArrays(runner: Runner, data: unknown): unknown {
  if (ArrayBuffer.isView(data)) return data.byteLength < worthSharing ? data : sharedView(runner, data)
  if (typeof data !== 'object' || data === null) return data
  if (Array.isArray(data)) return data.map((part) => withSharedArrays(runner, part))
  return Object.fromEntries(Object.entries(data).map(([field, part]) => [field, withSharedArrays(runner, part)]))
}

function sharedView(runner: Runner, view: ArrayBufferView): unknown {
  const shared = runner.share(view.byteLength)
  new Uint8Array(shared).set(new Uint8Array(view.buffer, view.byteOffset, view.byteLength))
  return Reflect.construct(view.constructor, [shared])
}

/** A copy that every job can read. */
export function sharedCopy(runner: Runner, data: Float32Array): Float32Array {
  const shared = new Float32Array(runner.share(data.byteLength))
  shared.set(data)
  return shared
}
