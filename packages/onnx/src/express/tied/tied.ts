import { floatsOf, SlimbedError, type Table } from '@slimbed/core'
import { codesOf } from '@slimbed/runtime/kinds'
import { types } from '../../model/types.js'
import type { Builder } from '../builder.js'
import { valueRows } from '../numbers.js'
import { add, cast, constant, float, gather, multiply, reshape, subtract } from '../operations.js'
import { blocks } from './blocks.js'
import type { Tied } from './pattern.js'

/** `DynamicQuantizeLinear` is there from here on. */
const leastOpset = 11
/** The zero of codes. Bytes with a sign would do without, and their products overflow on processors that have no instructions for them. */
const middle = 128

/** Codes of 8 bits, turned, with a scale and a zero for each row or for all; undefined for another table. */
function bytesOf(table: Table) {
  const parts = codesOf(table)
  if (parts?.bits !== 8 || parts.groupSize < parts.dim) return undefined
  const { codes, scale, zero } = parts
  const { rows, dim } = table
  const turned = new Uint8Array(rows * dim)
  for (let row = 0, at = 0; row < rows; row++) for (let j = 0; j < dim; j++, at++) turned[j * rows + row] = codes[at]
  const zeros = typeof zero === 'number' ? Float32Array.of(zero) : floatsOf(zero)
  const moved = zeros.map((value) => middle - value)
  return { turned, scale: floatsOf(scale), moved: moved.some((value) => value !== 0) ? moved : undefined }
}

/**
 * Codes lie as `dim × rows`: rows are taken along axis 1 and turned, and `MatMulInteger` multiplies with vectors that are rounded to 8 bits as they come. Scales of rows are
 * those of columns there; what zeros are off the middle counts with the sum of a vector.
 */
function bytes(table: Table, key: string): Tied | undefined {
  const found = bytesOf(table)
  if (!found) return undefined
  const { turned, scale, moved } = found
  const { rows, dim } = table
  const codes = (b: Builder) => constant(b, `${key}.codes`, [dim, rows], turned)
  /** A number for all rows, or one for each: a column of those of `ids`, or all of them in a row. */
  const numbers = (b: Builder, name: string, values: Float32Array, ids: string | undefined) => {
    if (values.length === 1) return constant(b, `${key}.${name}`, [], values)
    const column = valueRows(b, `${key}.${name}`, values, 1, ids)
    return ids === undefined ? reshape(b, column, [rows]) : column
  }
  return {
    rows(ids, b) {
      const bytes = cast(b, b.node('Transpose', [gather(b, codes(b), ids, 1)]), types.FLOAT)
      const taken = subtract(b, bytes, float(b, middle))
      const distances = moved ? add(b, taken, numbers(b, 'moved', moved, ids)) : taken
      return multiply(b, distances, numbers(b, 'scale', scale, ids))
    },
    products(x, b) {
      if (b.opset < leastOpset) {
        throw new SlimbedError('unsupported', `a tied head: needs opset ${leastOpset}, the model has ${b.opset}`)
      }
      const [whole, step, zero] = b.several('DynamicQuantizeLinear', [x], 3)
      const sums = cast(
        b,
        b.node('MatMulInteger', [whole, codes(b), zero, constant(b, `${key}.middle`, [], Uint8Array.of(middle))]),
        types.FLOAT
      )
      const scales = numbers(b, 'scale', scale, undefined)
      if (!moved) return multiply(b, sums, multiply(b, scales, step))
      const ones = constant(b, `${key}.ones`, [dim, 1], new Float32Array(dim).fill(1))
      const offset = multiply(b, b.node('MatMul', [x, ones]), numbers(b, 'moved', moved, undefined))
      return multiply(b, add(b, multiply(b, sums, step), offset), scales)
    }
  }
}

/**
 * How a table is written that a head uses, too; `contrib` allows operators of ONNX Runtime alone. Throws `unsupported` for tables of which there would have
 * to be two, or which would be decoded whole at every call.
 */
export function tiedOf(table: Table, contrib: boolean, key: string = table.kind): Tied {
  const simple = (contrib ? blocks(table, key) : undefined) ?? bytes(table, key)
  if (simple) return simple
  const how = contrib ? 'fixedpoint(bits=4, scale=group, groupSize=32) or ' : ''
  throw new SlimbedError(
    'unsupported',
    `tables of the kind ${table.kind} cannot be written for lookups and a tied head at once: take ${how}fixedpoint(bits=8)`
  )
}
