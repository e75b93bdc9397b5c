import type { Builder } from './builder.js'
import { add, constant, gather, int, multiply, reshape, rowsOf, toInt } from './operations.js'

/**
 * Whole numbers of rows, `[…ids, …]` int32, stored in as few bytes as the largest needs, each byte in a tensor of its own: builds of ONNX Runtime for
 * pages cannot cast integers of 16 bits.
 */
function storedRows(
  b: Builder,
  key: string,
  dims: readonly number[],
  numbers: ArrayLike<number>,
  ids: string | undefined
): string {
  let most = 0
  for (let i = 0; i < numbers.length; i++) most = Math.max(most, numbers[i])
  if (most >= 2 ** 24) return rowsOf(b, key, dims, Int32Array.from(numbers), ids)
  const count = most < 2 ** 8 ? 1 : most < 2 ** 16 ? 2 : 3
  const parts = Array.from({ length: count }, (_, i) => {
    const bytes = Uint8Array.from(numbers, (number) => (number >> (8 * i)) & 255)
    const part = toInt(b, rowsOf(b, count === 1 ? key : `${key}.byte${i}`, dims, bytes, ids))
    return i === 0 ? part : multiply(b, part, int(b, 256 ** i))
  })
  return parts.reduce((low, high) => add(b, low, high))
}

/** Whole numbers of 0 or more as int32, stored in as few bytes as they need: runtimes make them int32 once, when a model is loaded. */
export function wholeNumbers(b: Builder, key: string, numbers: readonly number[]): string {
  const few = numbers.every((number) => number < 2 ** 8)
  const data = few ? Uint8Array.from(numbers) : Int32Array.from(numbers)
  const stored = constant(b, key, [data.length], data)
  return few ? toInt(b, stored) : stored
}

/** One whole number of each row, as int32: `[…ids]`. */
export const numberRows = (b: Builder, key: string, numbers: ArrayLike<number>, ids: string | undefined): string =>
  storedRows(b, key, [numbers.length], numbers, ids)

/** The different values, in the order of their first occurrence; undefined where there are more than `most`. */
function distinct(values: Float32Array, most: number): Map<number, number> | undefined {
  const found = new Map<number, number>()
  for (const value of values) {
    if (found.has(value)) continue
    if (found.size === most) return undefined
    found.set(value, found.size)
  }
  return found
}

/**
 * `width` float32 values of each row: `[…ids, width]`. Where few values occur, they are numbers of a list: half floats take two bytes so,
 * and run where a graphics adapter has none.
 */
export function valueRows(
  b: Builder,
  key: string,
  values: Float32Array,
  width: number,
  ids: string | undefined
): string {
  const dims = [values.length / width, width]
  const found = distinct(values, Math.min(2 ** 16, Math.floor(values.length / 2)))
  if (!found) return rowsOf(b, key, dims, values, ids)
  const list = Float32Array.from(found.keys())
  const places = Int32Array.from(values, (value) => found.get(value) ?? 0)
  const numbers = storedRows(b, `${key}.numbers`, dims, places, ids)
  return gather(b, constant(b, `${key}.list`, [list.length], list), numbers)
}

/** What every byte stands for in columns: `[…ids, bytes · k]`, of a list of 256 × k. */
export function byteRows(
  b: Builder,
  key: string,
  codes: Uint8Array,
  rows: number,
  list: Float32Array,
  ids: string | undefined
): string {
  const rowBytes = codes.length / rows
  const width = list.length / 256
  const bytes = toInt(b, rowsOf(b, `${key}.codes`, [rows, rowBytes], codes, ids))
  const dims = width === 1 ? [256] : [256, width]
  const values = gather(b, constant(b, `${key}.list`, dims, list), bytes)
  return width === 1 ? values : reshape(b, values, [-1, rowBytes * width])
}
