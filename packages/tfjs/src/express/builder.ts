import type { GraphNode, Quantization, Weight } from '../model/types.js'

/** Types of tfjs, as graphs name them. */
const types = { float32: 'DT_FLOAT', int32: 'DT_INT32' } as const
export type Type = keyof typeof types

/** Weights and nodes with new names, which lookups of one table share. */
export interface Pool {
  /** New weights by their names. */
  readonly weights: Map<string, Weight>
  readonly nodes: GraphNode[]
}

/** Writes nodes of one lookup. */
export interface Builder {
  /** The nodes of this lookup; those of weights are in the pool. */
  readonly nodes: GraphNode[]
  /** A constant of the table: lookups that ask for the same key have one. Returns its name. */
  weight(key: string, shape: readonly number[], type: Type, bytes: Uint8Array, stored?: Quantization): string
  /** A constant of this lookup. */
  whole(values: readonly number[], shape?: readonly number[]): string
  node(op: string, input: readonly string[], attr?: GraphNode['attr']): string
}

export const typeAttr = (type: Type) => ({ type: types[type] })

/** The bytes of an array. */
export const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength)

const constant = (name: string, shape: readonly number[], type: Type): GraphNode => {
  const tensor = { dtype: types[type], tensorShape: { dim: shape.map((size) => ({ size: `${size}` })) } }
  return { name, op: 'Const', attr: { dtype: typeAttr(type), value: { tensor } } }
}

/** `table` and `lookup` begin the names of what is written; no node of the model may begin so. */
export function createBuilder(pool: Pool, table: string, lookup: string): Builder {
  const nodes: GraphNode[] = []
  const add = (
    name: string,
    shape: readonly number[],
    type: Type,
    bytes: Uint8Array,
    stored?: Quantization
  ): string => {
    if (pool.weights.has(name)) return name
    const spec = { name, shape, dtype: type, ...(stored && { quantization: stored }) }
    pool.weights.set(name, { spec, bytes })
    pool.nodes.push(constant(name, shape, type))
    return name
  }
  return {
    nodes,
    weight: (key, shape, type, bytes, stored) => add(`${table}/${key}`, shape, type, bytes, stored),
    whole: (values, shape = [values.length]) =>
      add(
        `${table}/whole/${shape.length === 0 ? 'number' : 'list'}_${values.join('_').replaceAll('-', 'm')}`,
        shape,
        'int32',
        bytesOf(Int32Array.from(values))
      ),
    node(op, input, attr) {
      const name = `${lookup}/${op}_${nodes.length}`
      nodes.push({ name, op, input, ...(attr && { attr }) })
      return name
    }
  }
}
