import { types } from '../model/types.js'
import { type Builder, type Elements, typeOf } from './builder.js'

// One line for each operator, in the form that it has in every opset from 7 on.

/** A tensor whose type is that of its elements. */
export const constant = (b: Builder, key: string, dims: readonly number[], data: Elements): string =>
  b.tensor(key, typeOf(data), dims, data)

export const cast = (b: Builder, x: string, to: number): string => b.node('Cast', [x], { to })

/** Rows (or, along axis 1, columns) of `x`. */
export const gather = (b: Builder, x: string, ids: string, axis = 0): string => b.node('Gather', [x, ids], { axis })

/** Whole numbers as a tensor of int64, which shapes are. */
export const longs = (b: Builder, numbers: readonly number[]): string =>
  constant(b, `int64.${numbers.join('x')}`, [numbers.length], BigInt64Array.from(numbers, BigInt))

/** `x` in another shape: −1 is what is left. */
export const reshape = (b: Builder, x: string, dims: readonly number[]): string =>
  b.node('Reshape', [x, longs(b, dims)])

/** A whole number as a tensor of int32. */
export const int = (b: Builder, value: number): string => constant(b, `int32.${value}`, [], Int32Array.of(value))

/** A number as a tensor of float32. */
export const float = (b: Builder, value: number): string => constant(b, `float.${value}`, [], Float32Array.of(value))

export const add = (b: Builder, x: string, y: string): string => b.node('Add', [x, y])
export const subtract = (b: Builder, x: string, y: string): string => b.node('Sub', [x, y])
export const multiply = (b: Builder, x: string, y: string): string => b.node('Mul', [x, y])
export const divide = (b: Builder, x: string, y: string): string => b.node('Div', [x, y])

/** What is left of whole numbers that are not negative. */
export function remainder(b: Builder, x: string, y: string): string {
  if (b.opset >= 10) return b.node('Mod', [x, y])
  return subtract(b, x, multiply(b, divide(b, x, y), y))
}

/** Row numbers, or other numbers in few bytes, as int32. */
export const toInt = (b: Builder, x: string): string => cast(b, x, types.INT32)

/** Rows of a tensor that has one for each row of a table: those of `ids`, or all. */
export function rowsOf(
  b: Builder,
  key: string,
  dims: readonly number[],
  data: Elements,
  ids: string | undefined
): string {
  const all = constant(b, key, dims, data)
  return ids === undefined ? all : gather(b, all, ids)
}
