import { dense, product, quantized, type Table, type Tensor } from '@slimbed/core'
import type { Constant } from '../find/constants.js'
import { evaluateConstant } from '../find/constants.js'
import { elementsHere, type Outside } from '../find/outside.js'
import { types } from '../model/types.js'

/** Codes of a byte each, as numbers from 0 on, and which of these is the number 0. */
interface Bytes {
  readonly codes: Uint8Array
  readonly middle: number
}

async function bytesOf(constant: Constant, outside: Outside): Promise<Bytes | undefined> {
  const { tensor } = constant
  if (!tensor || (tensor.type !== types.INT8 && tensor.type !== types.UINT8)) return undefined
  const elements = await elementsHere(tensor, outside)
  const middle = tensor.type === types.INT8 ? 128 : 0
  return { codes: Uint8Array.from(elements, (code) => code + middle), middle }
}

/** A constant without the nodes of one operator around it. */
const inside = (constant: Constant, opType: string): Constant | undefined =>
  constant.tensor === undefined && constant.node.opType === opType ? constant.inputs[0] : undefined

/** The shape of a grid of a table of `rows × dim`, and the columns that share one of its numbers; undefined for one that is none. */
function gridShape(
  { dims }: Pick<Constant, 'dims'>,
  axis: number | undefined,
  [rows, dim]: readonly number[]
): { shape: [number, number]; groupSize: number } | undefined {
  const count = dims.reduce((product, size) => product * size, 1)
  if (count === 1) return { shape: [1, 1], groupSize: dim }
  const ofRows = axis === undefined ? dims.length === 2 && dims[0] === rows && dims[1] === 1 : axis === 0
  const ofColumns = axis === undefined ? dims.at(-1) === dim && count === dim : axis === 1 || axis === -1
  if (ofRows && count === rows) return { shape: [rows, 1], groupSize: dim }
  return ofColumns && count === dim ? { shape: [1, dim], groupSize: 1 } : undefined
}

/** `(code − zero) · scale` where codes are bytes; undefined for what is not so. */
async function codesOf(
  codes: Constant | undefined,
  zero: Constant | undefined,
  scale: Constant,
  axis: number | undefined,
  outside: Outside
): Promise<Table | undefined> {
  const bytes = codes && (await bytesOf(codes, outside))
  const grid = codes && gridShape(scale, axis, codes.dims)
  if (!bytes || !grid || (scale.type !== types.FLOAT && scale.type !== types.FLOAT16)) return undefined
  const floats = async (constant: Constant) => Float32Array.from((await evaluateConstant(constant, outside)).data)
  const tensor = (data: Float32Array): Tensor<'F32'> => ({ dtype: 'F32', shape: grid.shape, data })
  const zeros = zero && (await floats(zero)).map((value) => value + bytes.middle)
  if (zeros && zeros.length !== 1 && zeros.length !== grid.shape[0] * grid.shape[1]) return undefined
  const common = {
    dim: codes.dims[1],
    bits: 8,
    groupSize: grid.groupSize,
    codes: bytes.codes,
    scale: tensor(await floats(scale))
  }
  if (!zeros) return quantized({ ...common, zero: bytes.middle })
  return quantized({ ...common, zero: zeros.every((value) => value === zeros[0]) ? zeros[0] : tensor(zeros) })
}

/**
 * The table that a model computes before it takes rows, as it lies in the file: codes and scales, factors, half floats. Undefined where it is
 * computed in a way that no table expresses.
 */
export async function ownTable(constant: Constant, outside: Outside): Promise<Table | undefined> {
  const [rows, dim] = constant.dims
  if (constant.tensor) {
    const elements = await elementsHere(constant.tensor, outside)
    if (constant.type === types.FLOAT16 && elements instanceof Uint16Array) return dense(rows, dim, elements, 'F16')
    return elements instanceof Float32Array ? dense(rows, dim, elements) : undefined
  }
  const { node, inputs, attributes } = constant
  const [first, second, third] = inputs
  if (node.opType === 'Identity') return ownTable(first, outside)
  if (node.opType === 'Cast')
    return first.type === types.FLOAT16 && constant.type === types.FLOAT ? ownTable(first, outside) : undefined
  if (node.opType === 'DequantizeLinear') return codesOf(first, third, second, attributes.get('axis')?.i ?? 1, outside)
  if (node.opType === 'MatMul') {
    const [left, right] = [await ownTable(first, outside), await ownTable(second, outside)]
    return left && right && product(left, right)
  }
  if (node.opType !== 'Mul') return undefined
  const [codes, scale] = first.tensor === undefined ? [first, second] : [second, first]
  const moved = inside(codes, 'Sub')
  const zero = moved && codes.tensor === undefined ? codes.inputs[1] : undefined
  return codesOf(inside(moved ?? codes, 'Cast'), zero, scale, undefined, outside)
}
