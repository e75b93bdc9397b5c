import { SlimbedError } from '@slimbed/core'
import { types } from '../model/types.js'
import { arrayFor, elementsIn, type Operand } from './array.js'
import type { Attributes } from './shapes.js'

const one = (operand: Operand | undefined): number => operand?.data[0] ?? 0

/** `DynamicQuantizeLinear`: bytes of all values, their scale and their zero. */
export function dynamicQuantize([x]: readonly Operand[]): Operand[] {
  let [least, most] = [0, 0]
  for (const value of x.data) {
    least = Math.min(least, value)
    most = Math.max(most, value)
  }
  const scale = Math.fround((most - least) / 255)
  const zero = scale === 0 ? 0 : Math.min(255, Math.max(0, Math.round(-least / scale)))
  const codes = Uint8Array.from(x.data, (value) => {
    return scale === 0 ? zero : Math.min(255, Math.max(0, Math.round(value / scale) + zero))
  })
  const number = (type: number, value: number): Operand => {
    const data = arrayFor(type, 1)
    data[0] = value
    return { type, dims: [], data }
  }
  return [{ type: types.UINT8, dims: x.dims, data: codes }, number(types.FLOAT, scale), number(types.UINT8, zero)]
}

/** Sums of products of rows of `x`, less `zero`, with those of `at(k)`, of `columns` each. */
function products(x: Operand, zero: number, inner: number, columns: number, addRow: AddRow, type: number): Operand {
  if (x.dims.at(-1) !== inner) throw new SlimbedError('corrupt-file', `a product of [${x.dims}] with ${inner} rows`)
  const dims = [...x.dims.slice(0, -1), columns]
  const out = arrayFor(type, elementsIn(dims))
  const sums = new Float64Array(columns)
  for (let row = 0, at = 0; at < out.length; row++, at += columns) {
    sums.fill(0)
    for (let k = 0; k < inner; k++) {
      const factor = x.data[row * inner + k] - zero
      if (factor !== 0) addRow(k, factor, sums)
    }
    out.set(sums, at)
  }
  return { type, dims, data: out }
}

type AddRow = (k: number, factor: number, sums: Float64Array) => void

/** `MatMulInteger`, with one zero for all of each side. */
export function matMulInteger([a, b, zeroA, zeroB]: readonly Operand[]): Operand {
  const [inner, columns] = b.dims
  const less = one(zeroB)
  const addRow: AddRow = (k, factor, sums) => {
    for (let j = 0, from = k * columns; j < columns; j++, from++) sums[j] += factor * (b.data[from] - less)
  }
  return products(a, one(zeroA), inner, columns, addRow, types.INT32)
}

/** `MatMulNBits` of ONNX Runtime, without zeros of blocks; vectors are not rounded. */
export function matMulNBits([x, codes, scales]: readonly Operand[], attributes: Attributes): Operand {
  const given = (name: string): number => attributes.get(name)?.i ?? 0
  const [inner, columns, bits, size] = ['K', 'N', 'bits', 'block_size'].map(given)
  const [rowBytes, count] = [(inner * bits) / 8, inner / size]
  if (codes.data.length !== columns * rowBytes || scales.data.length !== columns * count) {
    throw new SlimbedError('corrupt-file', `MatMulNBits of ${codes.data.length} bytes for ${columns} × ${inner}`)
  }
  const addRow: AddRow = (k, factor, sums) => {
    const [byte, shift, block] = [Math.floor((k * bits) / 8), (k * bits) % 8, Math.floor(k / size)]
    for (let j = 0; j < columns; j++) {
      const code = ((codes.data[j * rowBytes + byte] >> shift) & (2 ** bits - 1)) - 2 ** (bits - 1)
      sums[j] += factor * code * scales.data[j * count + block]
    }
  }
  return products(x, 0, inner, columns, addRow, x.type)
}
