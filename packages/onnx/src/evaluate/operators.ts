import { SlimbedError } from '@slimbed/core'
import { elementsOf } from '../model/elements.js'
import { types } from '../model/types.js'
import { arrayFor, elementsIn, type Operand, operandOf, roundTo } from './array.js'
import { arithmetic, comparison, divide, elementwise, modulo } from './broadcast.js'
import { dynamicQuantize, matMulInteger, matMulNBits } from './integers.js'
import {
  type Attributes,
  axisOf,
  concat,
  gather,
  nonZero,
  range,
  reshape,
  scatter,
  shape,
  transpose
} from './shapes.js'

/** What an operator makes of its inputs; a list where it has several outputs. */
export type Operator = (inputs: readonly Operand[], attributes: Attributes) => Operand | Operand[]

const clamped: ReadonlyMap<number, (value: number) => number> = new Map([
  [types.BOOL, (value) => (value === 0 ? 0 : 1)],
  [types.INT64, Math.trunc]
])

function cast([{ dims, data }]: readonly Operand[], attributes: Attributes): Operand {
  const type = attributes.get('to')?.i ?? 0
  const out = arrayFor(type, data.length)
  const change = clamped.get(type)
  if (change) for (let i = 0; i < data.length; i++) out[i] = change(data[i])
  else out.set(data)
  return { type, dims, data: roundTo(type, out) }
}

/** Of matrices, or of rows of any shape with a matrix. Sums are made in float64. */
function matMul([a, b]: readonly Operand[]): Operand {
  const inner = a.dims.at(-1) ?? 0
  if (b.dims.length !== 2 || inner !== b.dims[0]) {
    throw new SlimbedError('corrupt-file', `MatMul of [${a.dims}] and [${b.dims}]`)
  }
  const columns = b.dims[1]
  const dims = [...a.dims.slice(0, -1), columns]
  const out = arrayFor(a.type, elementsIn(dims))
  const sums = new Float64Array(columns)
  for (let row = 0, at = 0; at < out.length; row++) {
    sums.fill(0)
    for (let k = 0, from = 0; k < inner; k++) {
      const factor = a.data[row * inner + k]
      for (let j = 0; j < columns; j++, from++) sums[j] += factor * b.data[from]
    }
    out.set(sums, at)
    at += columns
  }
  return { type: a.type, dims, data: roundTo(a.type, out) }
}

/** `Gemm` of two matrices, the second turned or not. */
function gemm([a, b]: readonly Operand[], attributes: Attributes): Operand {
  const turned = attributes.get('transB')?.i === 1
  return matMul([a, turned ? transpose([b], new Map()) : b])
}

/** One scale for all, or one for each index of an axis. */
function dequantize([x, scale, zero]: readonly Operand[], attributes: Attributes): Operand {
  const shaped = (operand: Operand): Operand => {
    if (operand.data.length === 1) return { ...operand, dims: [] }
    const axis = axisOf(attributes, x.dims.length, 1)
    return { ...operand, dims: x.dims.map((_, i) => (i === axis ? operand.data.length : 1)) }
  }
  const wide = { ...x, type: types.FLOAT, data: Float32Array.from(x.data) }
  const moved = zero ? elementwise(wide, shaped(zero), types.FLOAT, (value, by) => value - by) : wide
  return elementwise(moved, shaped(scale), scale.type, (value, factor) => value * factor)
}

function constant(_inputs: readonly Operand[], attributes: Attributes): Operand {
  const tensor = attributes.get('value')?.tensor
  if (!tensor || tensor.external) throw new SlimbedError('unsupported', 'a Constant without a tensor')
  return operandOf(tensor.type, tensor.dims, elementsOf(tensor))
}

const same = ([x]: readonly Operand[]): Operand => x

/** The operators that are evaluated, of any opset. */
export const operators: Readonly<Record<string, Operator>> = {
  Add: arithmetic((x, y) => x + y),
  And: comparison((x, y) => x !== 0 && y !== 0),
  Cast: cast,
  Concat: concat,
  Constant: constant,
  DequantizeLinear: dequantize,
  Div: divide,
  DynamicQuantizeLinear: dynamicQuantize,
  Equal: comparison((x, y) => x === y),
  Gather: gather,
  Gemm: gemm,
  Identity: same,
  Less: comparison((x, y) => x < y),
  MatMul: matMul,
  MatMulInteger: matMulInteger,
  Mod: modulo,
  Mul: arithmetic((x, y) => x * y),
  Neg: ([x]) => ({ ...x, data: x.data.map((value) => -value) }),
  NonZero: nonZero,
  Not: ([x]) => ({ ...x, data: x.data.map((value) => (value === 0 ? 1 : 0)) }),
  Range: range,
  Reshape: reshape,
  Scatter: scatter,
  ScatterElements: scatter,
  Shape: shape,
  Sub: arithmetic((x, y) => x - y),
  Transpose: transpose
}

/** Operators of ONNX Runtime alone. */
const contributed: Readonly<Record<string, Operator>> = { MatMulNBits: matMulNBits }

/** The operator of this name. Throws `unsupported` for one that is not evaluated. */
export function operatorOf(opType: string, domain: string): Operator {
  const known = domain === '' ? operators : domain === 'com.microsoft' ? contributed : {}
  const found = Object.hasOwn(known, opType) ? known[opType] : undefined
  if (found) return found
  throw new SlimbedError('unsupported', `the operator ${opType} is not evaluated`)
}
