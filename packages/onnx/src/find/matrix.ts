import { type Matrix, matrixFrom } from '@slimbed/core'
import { checkRows } from '@slimbed/runtime/kinds'
import { decode, toFloats } from '../model/elements.js'
import type { Stored } from '../model/tensor.js'
import { elementBytes } from '../model/types.js'
import { type Constant, evaluateConstant } from './constants.js'
import { bytesOfElements, type Outside, placeOutside } from './outside.js'

/** A matrix that lies in another file: blocks of rows are read as they are needed. */
async function stored(tensor: Stored, outside: Outside): Promise<Matrix | undefined> {
  const place = await placeOutside(tensor, bytesOfElements(tensor), outside)
  if (!place) return undefined
  const [rows, dim] = tensor.dims
  const rowBytes = dim * (elementBytes.get(tensor.type) ?? 0)
  return {
    rows,
    dim,
    async read(start, count) {
      checkRows(rows, start, count)
      const bytes = await place.source.read(place.start + start * rowBytes, count * rowBytes)
      return toFloats(tensor.type, decode(tensor.type, bytes))
    }
  }
}

/** The matrix that a constant is, as float32. Rejects as damaged tensors do. */
export async function matrixOfConstant(constant: Constant, outside: Outside): Promise<Matrix> {
  const [rows, dim] = constant.dims
  const lazy = constant.tensor && (await stored(constant.tensor, outside))
  if (lazy) return lazy
  const { type, data } = await evaluateConstant(constant, outside)
  return matrixFrom(rows, dim, data instanceof Float32Array ? data : toFloats(type, data))
}
