import { bytesOf, fieldsOf, numberOf, pushNumbers, textOf } from '../wire/reader.js'
import { readTensor, type Stored } from './tensor.js'

/** An attribute of a node; only what is set in the file is there. */
export interface Attribute {
  readonly name: string
  readonly i?: number
  readonly f?: number
  readonly ints: readonly number[]
  readonly tensor?: Stored
  /** The messages of its graphs. */
  readonly graphs: readonly Uint8Array[]
}

/** Field numbers of AttributeProto. */
export const attributeFields = { name: 1, f: 2, i: 3, t: 5, g: 6, ints: 8, graphs: 11, type: 20 } as const
/** Field numbers of NodeProto. */
export const nodeFields = { input: 1, output: 2, name: 3, opType: 4, attribute: 5, domain: 7 } as const

/** An AttributeProto. */
export function readAttribute(bytes: Uint8Array): Attribute {
  let name = ''
  const ints: number[] = []
  const graphs: Uint8Array[] = []
  const rest: { i?: number; f?: number; tensor?: Stored } = {}
  for (const field of fieldsOf(bytes)) {
    const { number } = field
    if (number === attributeFields.name) name = textOf(bytes, field)
    else if (number === attributeFields.i) rest.i = numberOf(bytes, field)
    else if (number === attributeFields.f && field.wire === 5) {
      rest.f = new DataView(bytes.buffer, bytes.byteOffset + field.from).getFloat32(0, true)
    } else if (number === attributeFields.t) rest.tensor = readTensor(bytesOf(bytes, field))
    else if (number === attributeFields.ints) pushNumbers(bytes, field, ints)
    else if (number === attributeFields.g || number === attributeFields.graphs) graphs.push(bytesOf(bytes, field))
  }
  return { name, ints, graphs, ...rest }
}

/** What a node is, without its attributes. */
export interface NodeHead {
  readonly name: string
  readonly opType: string
  /** `''` for the operators of ONNX itself. */
  readonly domain: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: readonly Uint8Array[]
}

/** A NodeProto. */
export function readNode(bytes: Uint8Array): NodeHead {
  const inputs: string[] = []
  const outputs: string[] = []
  const attributes: Uint8Array[] = []
  let [name, opType, domain] = ['', '', '']
  for (const field of fieldsOf(bytes)) {
    const { number } = field
    if (number === nodeFields.input) inputs.push(textOf(bytes, field))
    else if (number === nodeFields.output) outputs.push(textOf(bytes, field))
    else if (number === nodeFields.name) name = textOf(bytes, field)
    else if (number === nodeFields.opType) opType = textOf(bytes, field)
    else if (number === nodeFields.domain) domain = textOf(bytes, field)
    else if (number === nodeFields.attribute) attributes.push(bytesOf(bytes, field))
  }
  return { name, opType, domain: domain === 'ai.onnx' ? '' : domain, inputs, outputs, attributes }
}
