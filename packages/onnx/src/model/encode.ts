import { bytesField, type Chunks, numberField, textField } from '../wire/writer.js'
import { attributeFields, nodeFields } from './node.js'
import { type External, tensorFields } from './tensor.js'

/** A node to be written: attributes are whole numbers. */
export interface NewNode {
  readonly opType: string
  /** The operators of ONNX itself unless given. */
  readonly domain?: string
  readonly name: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes?: Readonly<Record<string, number>>
}

/** A tensor to be written: `raw` is its elements, little-endian. */
export interface NewTensor {
  readonly name: string
  readonly type: number
  readonly dims: readonly number[]
  readonly raw: Uint8Array
}

/** AttributeProto.AttributeType of a whole number. */
const intType = 2

/** A NodeProto. */
export const encodeNode = ({ opType, domain, name, inputs, outputs, attributes = {} }: NewNode): Chunks => [
  ...inputs.flatMap((input) => textField(nodeFields.input, input)),
  ...outputs.flatMap((output) => textField(nodeFields.output, output)),
  ...textField(nodeFields.name, name),
  ...textField(nodeFields.opType, opType),
  ...(domain === undefined ? [] : textField(nodeFields.domain, domain)),
  ...Object.entries(attributes).flatMap(([key, value]) =>
    bytesField(nodeFields.attribute, [
      ...textField(attributeFields.name, key),
      ...numberField(attributeFields.i, value),
      ...numberField(attributeFields.type, intType)
    ])
  )
]

const header = ({ name, type, dims }: Omit<NewTensor, 'raw'>): Chunks => [
  ...dims.flatMap((size) => numberField(tensorFields.dims, size)),
  ...numberField(tensorFields.type, type),
  ...textField(tensorFields.name, name)
]

/** A TensorProto with its elements. */
export const encodeTensor = (tensor: NewTensor): Chunks => [
  ...header(tensor),
  ...bytesField(tensorFields.raw, [tensor.raw])
]

/** A TensorProto whose elements are in another file. */
export const encodeExternal = (tensor: Omit<NewTensor, 'raw'>, { location, offset, length }: External): Chunks => [
  ...header(tensor),
  ...Object.entries({ location, offset, length }).flatMap(([key, value]) =>
    bytesField(tensorFields.external, [...textField(1, key), ...textField(2, String(value))])
  ),
  ...numberField(tensorFields.location, 1)
]

const sizeField = (size: number): Chunks => bytesField(1, size < 0 ? textField(2, 'n') : numberField(1, size))

/** A ValueInfoProto of a tensor: −1 is a dimension that is not known; without dimensions, it may have any. */
export const encodeDeclared = (name: string, type: number, dims?: readonly number[]): Chunks => [
  ...textField(1, name),
  ...bytesField(2, bytesField(1, [...numberField(1, type), ...(dims ? bytesField(2, dims.flatMap(sizeField)) : [])]))
]
