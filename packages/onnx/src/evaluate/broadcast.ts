import { SlimbedError } from '@slimbed/core'
import { types } from '../model/types.js'
import { arrayFor, elementsIn, type Operand, roundTo } from './array.js'

/** The dimensions that two operands have together, as NumPy has it. Throws `corrupt-file` where they do not go together. */
export function commonDims(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length)
  return Array.from({ length: rank }, (_, i) => {
    const [x, y] = [a[i - rank + a.length] ?? 1, b[i - rank + b.length] ?? 1]
    if (x !== y && x !== 1 && y !== 1) {
      throw new SlimbedError('corrupt-file', `tensors of [${a}] and [${b}] do not go together`)
    }
    return x === 1 ? y : x
  })
}

/** How far apart the elements of an operand are along each common dimension: 0 where it has one for all. */
function stridesOf(dims: readonly number[], common: readonly number[]): number[] {
  const strides = common.map(() => 0)
  let stride = 1
  for (let i = dims.length - 1, at = common.length - 1; i >= 0; i--, at--) {
    if (dims[i] !== 1) strides[at] = stride
    stride *= dims[i]
  }
  return strides
}

/** Where a row, all dimensions but the last, begins in an operand. */
function startOf(row: number, dims: readonly number[], strides: readonly number[]): number {
  let at = 0
  for (let i = dims.length - 2; i >= 0; i--) {
    at += (row % dims[i]) * strides[i]
    row = Math.floor(row / dims[i])
  }
  return at
}

/** `compute` of each pair of elements, as elements of `type`. */
export function elementwise(a: Operand, b: Operand, type: number, compute: (x: number, y: number) => number): Operand {
  const dims = commonDims(a.dims, b.dims)
  const out = arrayFor(type, elementsIn(dims))
  const inner = dims.at(-1) ?? 1
  const [stridesA, stridesB] = [stridesOf(a.dims, dims), stridesOf(b.dims, dims)]
  const [stepA, stepB] = [stridesA.at(-1) ?? 0, stridesB.at(-1) ?? 0]
  for (let at = 0, row = 0; at < out.length; row++) {
    let i = startOf(row, dims, stridesA)
    let j = startOf(row, dims, stridesB)
    for (const end = at + inner; at < end; at++, i += stepA, j += stepB) out[at] = compute(a.data[i], b.data[j])
  }
  return { type, dims, data: roundTo(type, out) }
}

const whole = (type: number): boolean =>
  ![types.FLOAT, types.DOUBLE, types.FLOAT16, types.BFLOAT16].some((t) => t === type)

/** `compute` of each pair of elements, as elements of their own type. */
export const arithmetic =
  (compute: (x: number, y: number) => number) =>
  ([a, b]: readonly Operand[]): Operand =>
    elementwise(a, b, a.type, compute)

/** Whether each pair of elements is so. */
export const comparison =
  (compare: (x: number, y: number) => boolean) =>
  ([a, b]: readonly Operand[]): Operand =>
    elementwise(a, b, types.BOOL, (x, y) => (compare(x, y) ? 1 : 0))

/** Quotients; of whole numbers without what is left. */
export const divide = ([a, b]: readonly Operand[]): Operand =>
  elementwise(a, b, a.type, whole(a.type) ? (x, y) => Math.trunc(x / y) : (x, y) => x / y)

/** What is left of whole numbers, of the sign of the divisor. */
export const modulo = ([a, b]: readonly Operand[]): Operand =>
  elementwise(a, b, a.type, (x, y) => x - Math.floor(x / y) * y)
