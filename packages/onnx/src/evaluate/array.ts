import { SlimbedError } from '@slimbed/core'
import { fromFloat16, toBfloat16, toFloat16 } from '@slimbed/core/numbers'
import { type Elements, elementsFor, toFloats } from '../model/elements.js'
import { types } from '../model/types.js'

/** A tensor that is computed with: half floats as float32 of their values, 64-bit integers as float64. */
export interface Operand {
  readonly type: number
  readonly dims: readonly number[]
  readonly data: Elements
}

export const isHalf = (type: number): boolean => type === types.FLOAT16 || type === types.BFLOAT16

/** The most elements that are computed at once. */
const mostElements = 2 ** 31

/** How many elements dimensions make. Throws `too-large` beyond what is computed at once. */
export function elementsIn(dims: readonly number[]): number {
  const count = dims.reduce((product, size) => product * size, 1)
  if (count <= mostElements) return count
  throw new SlimbedError('too-large', `a tensor of [${dims}], too large to be computed`)
}

/** An array for what is computed of a type. */
export const arrayFor = (type: number, count: number): Elements => elementsFor(isHalf(type) ? types.FLOAT : type, count)

/** Elements of a file as they are computed with. */
export const operandOf = (type: number, dims: readonly number[], elements: Elements): Operand => ({
  type,
  dims,
  data: isHalf(type) ? toFloats(type, elements) : elements
})

/** Rounds values to those that there are of a type of half floats. */
export function roundTo(type: number, data: Elements): Elements {
  if (!isHalf(type)) return data
  const values = Float32Array.from(data)
  if (type === types.FLOAT16) return Float32Array.from(toFloat16(values), fromFloat16)
  return toFloats(type, toBfloat16(values))
}

/** The whole numbers of an operand. */
export const numbersOf = ({ data }: Operand): number[] => Array.from(data)
