import { type Compressor, createTensor, defineCompressor, type Table } from '@slimbed/core'
import { bytesSource, type Source } from '@slimbed/runtime'
import type { Outside } from '../src/find/outside.js'
import { encodeDeclared, encodeExternal, encodeNode, encodeTensor, type NewNode } from '../src/model/encode.js'
import { graphFields } from '../src/model/graph.js'
import { modelFields } from '../src/model/model.js'
import { types } from '../src/model/types.js'
import { bytesField, type Chunks, join, numberField, textField } from '../src/wire/writer.js'

/** A tensor of a made-up model. */
export interface Given {
  readonly name: string
  readonly type: number
  readonly dims: readonly number[]
  readonly data: { readonly buffer: ArrayBufferLike; readonly byteOffset: number; readonly byteLength: number }
}

/** A value of the interface of a graph: no dimensions, any shape. */
export interface Port {
  readonly name: string
  readonly type: number
  readonly dims?: readonly number[]
}

/** A made-up graph. `raw` are whole fields that are put at the end. */
export interface GivenGraph {
  readonly name?: string
  readonly nodes: readonly (NewNode | Chunks)[]
  readonly tensors?: readonly Given[]
  readonly inputs?: readonly Port[]
  readonly outputs: readonly Port[]
  readonly raw?: Chunks
  /** Names of tensors that lie in another file. */
  readonly outside?: readonly string[]
}

export const raw = ({ data }: Pick<Given, 'data'>): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength)

/** Where the tensors of a graph that lie in another file lie in it, 64 bytes apart. */
function places({ tensors = [], outside = [] }: GivenGraph) {
  let offset = 64
  const found = new Map<string, number>()
  for (const tensor of tensors) {
    if (!outside.includes(tensor.name)) continue
    found.set(tensor.name, offset)
    offset += raw(tensor).length + 64
  }
  return { found, bytes: offset }
}

/** The other file of a model. */
export function outsideOf(graph: GivenGraph): Outside {
  const { found, bytes } = places(graph)
  const file = new Uint8Array(bytes)
  for (const tensor of graph.tensors ?? []) {
    const offset = found.get(tensor.name)
    if (offset !== undefined) file.set(raw(tensor), offset)
  }
  return async (location): Promise<Source> => bytesSource(location, file)
}

const port = (field: number, { name, type, dims }: Port): Chunks => bytesField(field, encodeDeclared(name, type, dims))

/** A GraphProto. */
export function graphOf(graph: GivenGraph): Chunks {
  const { name = 'graph', nodes, tensors = [], inputs = [], outputs } = graph
  const { found } = places(graph)
  return [
    ...nodes.flatMap((node) => bytesField(graphFields.node, 'opType' in node ? encodeNode(node) : node)),
    ...textField(graphFields.name, name),
    ...tensors.flatMap((tensor) => {
      const offset = found.get(tensor.name)
      const place = { location: 'data.bin', offset: offset ?? 0, length: raw(tensor).length }
      const whole = offset === undefined ? encodeTensor({ ...tensor, raw: raw(tensor) }) : encodeExternal(tensor, place)
      return bytesField(graphFields.initializer, whole)
    }),
    ...inputs.flatMap((each) => port(graphFields.input, each)),
    ...outputs.flatMap((each) => port(graphFields.output, each)),
    ...(graph.raw ?? [])
  ]
}

/** A ModelProto. */
export const modelOf = (graph: GivenGraph, opset = 17, irVersion = 8): Uint8Array =>
  join([
    ...numberField(modelFields.irVersion, irVersion),
    ...textField(modelFields.producer, 'made up'),
    ...bytesField(modelFields.opset, numberField(2, opset)),
    ...bytesField(modelFields.graph, graphOf(graph))
  ])

/** A node. */
export const node = (
  opType: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: NewNode['attributes'] = {}
): NewNode => ({ opType, name: `node ${outputs[0]}`, inputs, outputs, attributes })

/** A NodeProto with graphs for attributes. */
export const nodeWithGraphs = (given: NewNode, graphs: Readonly<Record<string, GivenGraph>>): Chunks => [
  ...encodeNode(given),
  ...Object.entries(graphs).flatMap(([name, graph]) =>
    bytesField(5, [...textField(1, name), ...bytesField(6, graphOf(graph)), ...numberField(20, 5)])
  )
]

export const floats = (name: string, dims: readonly number[], data: Float32Array): Given => ({
  name,
  type: types.FLOAT,
  dims,
  data
})

/** An engine for all tests of a file: to make one each time takes longer than they do. */
export const tensor = await createTensor({ backend: 'cpu', threads: 1 })

/** A pipeline that makes one table, whatever it is given. */
export const always = (table: Table): Compressor =>
  defineCompressor({ name: 'always', summary: 'a table', options: {}, compress: async () => table })()

/** All rows of a table. */
export function valuesOf(table: Table): Float32Array {
  const { rows, dim } = table
  const out = new Float32Array(rows * dim)
  for (let row = 0; row < rows; row++) table.readRow(row, out.subarray(row * dim, (row + 1) * dim))
  return out
}
