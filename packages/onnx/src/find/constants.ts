import { type Operand, operandOf } from '../evaluate/array.js'
import { commonDims } from '../evaluate/broadcast.js'
import { operatorOf } from '../evaluate/operators.js'
import { attributesOf, type Node } from '../model/graph.js'
import type { Attribute } from '../model/node.js'
import type { Stored } from '../model/tensor.js'
import { elementsHere, type Outside } from './outside.js'
import type { Value, Values } from './scope.js'

/** What depends on tensors of the file alone: a tensor, or what a node makes of such. */
export type Constant = {
  readonly value: Value
  readonly type: number
  readonly dims: readonly number[]
} & (
  | { readonly tensor: Stored }
  | {
      readonly tensor?: never
      readonly node: Node
      readonly attributes: ReadonlyMap<string, Attribute>
      readonly inputs: readonly Constant[]
    }
)

type Shape = Pick<Constant, 'type' | 'dims'>
type Rule = (inputs: readonly Constant[], attributes: ReadonlyMap<string, Attribute>) => Shape | undefined

const same: Rule = ([{ type, dims }]) => ({ type, dims })
const together: Rule = ([a, b]) => ({ type: a.type, dims: commonDims(a.dims, b.dims) })

/** The operators through which tables are followed, and the type and shape of what they make. */
const rules: Readonly<Record<string, Rule>> = {
  Cast: ([{ dims }], attributes) => ({ type: attributes.get('to')?.i ?? 0, dims }),
  DequantizeLinear: ([{ dims }, scale]) => ({ type: scale.type, dims }),
  Identity: same,
  MatMul: ([a, b]) =>
    a.dims.length === 2 && b.dims.length === 2 && a.dims[1] === b.dims[0]
      ? { type: a.type, dims: [a.dims[0], b.dims[1]] }
      : undefined,
  Mul: together,
  Sub: together,
  Transpose: ([{ type, dims }], attributes) => {
    const perm = attributes.get('perm')?.ints ?? []
    const turned = dims.length === 2 && (perm.length === 0 || (perm.length === 2 && perm[0] === 1 && perm[1] === 0))
    return turned ? { type, dims: [dims[1], dims[0]] } : undefined
  }
}

/** How many nodes a constant is followed through. */
const mostNodes = 8

/** What a value is, where it depends on tensors of the file alone and few nodes; else undefined. */
export function constantOf(value: Value | undefined, values: Values, left: number = mostNodes): Constant | undefined {
  const { tensor, node } = value?.item ?? {}
  if (!value || left === 0) return undefined
  if (tensor) return { value, tensor, type: tensor.type, dims: tensor.dims }
  if (node?.domain !== '' || node.outputs.length !== 1) return undefined
  if (node.opType === 'Constant') {
    const held = attributesOf(node).get('value')?.tensor
    return held && !held.external ? { value, tensor: held, type: held.type, dims: held.dims } : undefined
  }
  const rule = Object.hasOwn(rules, node.opType) ? rules[node.opType] : undefined
  if (!rule) return undefined
  const inputs: Constant[] = []
  for (const at of node.inputs.keys()) {
    const input = constantOf(values.inputOf(node, at), values, left - 1)
    if (!input) return undefined
    inputs.push(input)
  }
  const least = node.opType === 'Cast' || node.opType === 'Identity' || node.opType === 'Transpose' ? 1 : 2
  const attributes = attributesOf(node)
  const shape = inputs.length >= least ? rule(inputs, attributes) : undefined
  return shape && { value, node, attributes, inputs, ...shape }
}

/** The numbers of a constant. Rejects as damaged tensors do, and with `unsupported` for types that are not read. */
export async function evaluateConstant(constant: Constant, outside: Outside): Promise<Operand> {
  if (constant.tensor) {
    const { tensor } = constant
    return operandOf(tensor.type, tensor.dims, await elementsHere(tensor, outside))
  }
  const inputs: Operand[] = []
  for (const input of constant.inputs) inputs.push(await evaluateConstant(input, outside))
  const made = operatorOf(constant.node.opType, constant.node.domain)(inputs, constant.attributes)
  return Array.isArray(made) ? made[0] : made
}
