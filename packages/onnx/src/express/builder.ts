import { SlimbedError } from '@slimbed/core'
import type { NewNode, NewTensor } from '../model/encode.js'
import { types } from '../model/types.js'

/** Elements of tensors that are written. */
export type Elements = Float32Array | Int32Array | Uint32Array | Uint16Array | Uint8Array | Int8Array | BigInt64Array

/** The tensors that one table is written as: lookups of it share them. */
export interface Pool {
  /** What the names of all begin with. */
  readonly prefix: string
  readonly tensors: Map<string, NewTensor>
  /** A name that is not in the model, from this one. */
  readonly fresh: (name: string) => string
}

/** Writes the nodes of one lookup. Values are names of the graph; every method that makes a value returns its name. */
export interface Builder {
  readonly opset: number
  readonly nodes: readonly NewNode[]
  /** A tensor. Of two with one key only the first is kept: they must be the same. */
  tensor(key: string, type: number, dims: readonly number[], data: Elements): string
  /** What a node with one output makes. */
  node(
    opType: string,
    inputs: readonly string[],
    attributes?: Readonly<Record<string, number>>,
    domain?: string
  ): string
  /** What a node with several outputs makes. */
  several(opType: string, inputs: readonly string[], outputs: number): readonly string[]
}

const raw = (data: Elements): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)

/** The least opset in which all of the patterns can be written: arithmetic broadcasts from 7 on. */
export const leastOpset = 7

/** A builder for a model of an opset. Throws `unsupported` for one that is too old. */
export function createBuilder(opset: number, { prefix, tensors, fresh }: Pool): Builder {
  if (opset < leastOpset) {
    const advice = 'convert it with onnx.version_converter'
    throw new SlimbedError('unsupported', `the model has opset ${opset}, and ${leastOpset} is needed: ${advice}`)
  }
  const nodes: NewNode[] = []
  return {
    opset,
    nodes,
    tensor(key, type, dims, data) {
      const found = tensors.get(key)
      if (found) return found.name
      const tensor = { name: fresh(`${prefix}/${key}`), type, dims, raw: raw(data) }
      tensors.set(key, tensor)
      return tensor.name
    },
    node(opType, inputs, attributes = {}, domain) {
      const name = fresh(`${prefix}/${opType}`)
      nodes.push({ opType, name, inputs, outputs: [name], attributes, ...(domain !== undefined && { domain }) })
      return name
    },
    several(opType, inputs, count) {
      const outputs = Array.from({ length: count }, () => fresh(`${prefix}/${opType}`))
      nodes.push({ opType, name: outputs[0], inputs, outputs })
      return outputs
    }
  }
}

/** The element type of a tensor that is written. */
export function typeOf(data: Elements): number {
  if (data instanceof Float32Array) return types.FLOAT
  if (data instanceof Int32Array) return types.INT32
  if (data instanceof Uint32Array) return types.UINT32
  if (data instanceof Uint16Array) return types.UINT16
  if (data instanceof Uint8Array) return types.UINT8
  return data instanceof Int8Array ? types.INT8 : types.INT64
}
