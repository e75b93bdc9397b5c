import type { Builder } from './builder.js'
import { constant, gather, reshape, rowsOf, toInt } from './operations.js'

/** Numbers up to `most` in the fewest bytes that graphs can take. */
export function narrow(numbers: ArrayLike<number>, most: number): Uint8Array | Uint16Array | Int32Array {
  if (most < 2 ** 8) return Uint8Array.from(numbers)
  return most < 2 ** 16 ? Uint16Array.from(numbers) : Int32Array.from(numbers)
}

/** Whole numbers of 0 or more as int32, stored in as few bytes as they need: runtimes make them int32 once, when a model is loaded. */
export function wholeNumbers(b: Builder, key: string, numbers: readonly number[]): string {
  const data = narrow(numbers, Math.max(0, ...numbers))
  const stored = constant(b, key, [data.length], data)
  return data instanceof Int32Array ? stored : toInt(b, stored)
}

/** One whole number of each row, as int32: `[…ids]`. */
export function numberRows(b: Builder, key: string, numbers: ArrayLike<number>, ids: string | undefined): string {
  let most = 0
  for (let i = 0; i < numbers.length; i++) most = Math.max(most, numbers[i])
  const data = narrow(numbers, most)
  const rows = rowsOf(b, key, [data.length], data, ids)
  return data instanceof Int32Array ? rows : toInt(b, rows)
}

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
  const data = narrow(
    Array.from(values, (value) => found.get(value) ?? 0),
    found.size - 1
  )
  const numbers = toInt(b, rowsOf(b, `${key}.numbers`, dims, data, ids))
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
