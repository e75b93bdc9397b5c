import { SlimbedError } from '@slimbed/core'
import { bytesOf, type Field, fieldsOf, numberOf, textOf } from '../wire/reader.js'
import { type Attribute, type NodeHead, readAttribute, readNode } from './node.js'
import { readTensor, type Stored } from './tensor.js'

/** A node of a graph. */
export interface Node extends NodeHead {
  /** The message. */
  readonly bytes: Uint8Array
  /** The graphs of its attributes, such as the branches of `If`, in the order of the file. */
  readonly graphs: readonly Graph[]
}

/** A declared value: an input, an output, or one in between. */
export interface Declared {
  readonly name: string
  /** 0 where it is not said. */
  readonly type: number
  /** −1 for a dimension that is not a number; undefined where the shape is not said. */
  readonly dims: readonly number[] | undefined
}

/** One field of a graph, in the order of the file: `raw` is the whole of it. */
export interface Item {
  readonly raw: Uint8Array
  readonly node?: Node
  readonly tensor?: Stored
  /** An input, or a value in between. */
  readonly declared?: Declared
}

/** A GraphProto: all that is in it, in order. */
export interface Graph {
  readonly name: string
  readonly items: readonly Item[]
  readonly inputs: readonly Declared[]
  readonly outputs: readonly Declared[]
  /** The types and shapes that the file says, inputs and outputs among them. */
  readonly declared: ReadonlyMap<string, Declared>
}

/** Field numbers of GraphProto. */
export const graphFields = { node: 1, name: 2, initializer: 5, input: 11, output: 12, valueInfo: 13 } as const

/** Graphs within graphs. */
const mostLevels = 32
/** Nodes, tensors and declared values of a file. */
const mostItems = 2 ** 18

/** What is read of a file so far. */
export interface Limits {
  items: number
}

const only = (bytes: Uint8Array, number: number): Uint8Array | undefined => {
  for (const field of fieldsOf(bytes)) if (field.number === number && field.wire === 2) return bytesOf(bytes, field)
  return undefined
}

/** The dimensions of a TensorShapeProto. */
function dimsOf(shape: Uint8Array): number[] {
  const dims: number[] = []
  for (const field of fieldsOf(shape)) {
    if (field.number !== 1 || dims.length === 64) continue
    const dim = bytesOf(shape, field)
    let size = -1
    for (const each of fieldsOf(dim)) if (each.number === 1) size = numberOf(dim, each)
    dims.push(size)
  }
  return dims
}

/** A ValueInfoProto. */
function readDeclared(bytes: Uint8Array): Declared {
  let name = ''
  let tensor: Uint8Array | undefined
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) name = textOf(bytes, field)
    else if (field.number === 2) tensor = only(bytesOf(bytes, field), 1)
  }
  let type = 0
  let dims: number[] | undefined
  for (const field of tensor ? fieldsOf(tensor) : []) {
    if (field.number === 1) type = numberOf(tensor!, field)
    else if (field.number === 2) dims = dimsOf(bytesOf(tensor!, field))
  }
  return { name, type, dims }
}

/** The attributes of a node. */
export const attributesOf = ({ attributes }: NodeHead): ReadonlyMap<string, Attribute> =>
  new Map(attributes.map(readAttribute).map((attribute) => [attribute.name, attribute]))

function readItem(bytes: Uint8Array, field: Field, limits: Limits, level: number): Item {
  const raw = bytes.subarray(field.at, field.end)
  if (field.number === graphFields.initializer) return { raw, tensor: readTensor(bytesOf(bytes, field)) }
  if (field.number !== graphFields.node) return { raw }
  const content = bytesOf(bytes, field)
  const node = readNode(content)
  const graphs = node.attributes.flatMap((each) => readAttribute(each).graphs)
  return { raw, node: { ...node, bytes: content, graphs: graphs.map((each) => readGraph(each, limits, level + 1)) } }
}

/** A GraphProto. Throws `corrupt-file` for one that is none, and `too-large` beyond what real models have. */
export function readGraph(bytes: Uint8Array, limits: Limits, level = 0): Graph {
  if (level > mostLevels) throw new SlimbedError('too-large', `graphs within graphs, more than ${mostLevels} levels`)
  const items: Item[] = []
  const inputs: Declared[] = []
  const outputs: Declared[] = []
  const declared = new Map<string, Declared>()
  let name = ''
  for (const field of fieldsOf(bytes)) {
    if (++limits.items > mostItems) throw new SlimbedError('too-large', `a model of more than ${mostItems} parts`)
    let item = readItem(bytes, field, limits, level)
    const { input, output, valueInfo } = graphFields
    if (field.number === graphFields.name) name = textOf(bytes, field)
    else if (field.number === input || field.number === output || field.number === valueInfo) {
      const value = readDeclared(bytesOf(bytes, field))
      declared.set(value.name, value)
      if (field.number === input) inputs.push(value)
      if (field.number === output) outputs.push(value)
      else item = { ...item, declared: value }
    }
    items.push(item)
  }
  return { name, items, inputs, outputs, declared }
}
